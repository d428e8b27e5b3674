export { columnTypeProblem } from './column-type-problem.ts';
export { formatColumnType, parseColumnType, storageType, type ColumnType, type IntegerBits } from './column-type.ts';
export { encodedName, type Column } from './column.ts';
export { type Example, type RuleKind } from './define.ts';
export { describeKinds, ruleFieldsJsonSchema, type JsonSchema } from './describe-kinds.ts';
export { diffDocuments } from './difference.ts';
export { kindOf, parseDocument, readDocument, readRule, starterRules } from './document.ts';
export { facts, type Facts } from './facts.ts';
export { kinds, rule, type Rule } from './kinds/registry.gen.ts';
export { didYouMean, nearest } from './nearest.ts';
export { defaultPolicies, parsePolicies, PolicyFileError } from './policy-file.ts';
export { patternRefusal } from './pattern.ts';
export { policyFor, type Ladder, type PinnedPolicy, type Policies, type Target } from './policy.ts';
export { speakPlainly } from './plain-words.ts';
export { readEnvironment, SettingsError } from './read-environment.ts';
export { RuleProblem, type Problem } from './problem.ts';
export {
  columnProfile,
  loadVerdict,
  ruleResult,
  verdict,
  type ColumnProfile,
  type RuleResult,
  type Verdict,
} from './result.ts';
export { mode, ruleFields, ruleId, severity, windowSeconds, type Severity } from './rule-fields.ts';
export { sourceProblems } from './source-sense.ts';
export {
  columnFields,
  declaredColumn,
  emptyDocument,
  sourceDocument,
  sourceName,
  type SourceDocument,
} from './spec.ts';
export { allOf, anyOf, decimal, identifier, join, sql } from './sql.ts';
export { formatValue, thresholds, type Thresholds } from './threshold.ts';
export { plain, toObject, type Plain } from './plain.ts';
export { writeDocument, writeRule } from './write-document.ts';
export { describeProblem, parseSourceYaml, sourceYaml, yamlPlaces } from './yaml.ts';
export { anomalyOf } from './anomaly.ts';
export { bindRule, type VersionedRule } from './bind-rule.ts';
export {
  evidenceRowsStatement,
  maskedValue,
  planEvidence,
  readEvidenceLines,
  readEvidenceRows,
  type EvidenceRow,
} from './evidence.ts';
export { judgePlan, type Judgement } from './judge.ts';
export {
  planCheck,
  statementSettings,
  touchedWindows,
  type Plan,
  type PlanInput,
  type WindowProblem,
  type WindowRows,
} from './plan.ts';
export { fromRows, type RowSet } from './row-set.ts';
export { runPlan } from './run-plan.ts';
export { shareSelect, type Answer, type AnswerRow, type SharedSelect, type Statement } from './statement.ts';
export { validateRule } from './validate.ts';
export { epochFormats, parseTimestampPattern, type TimestampDirective } from './timestamp-format.ts';
export { wrongRanges } from './wrong-ranges.ts';
