export { columnTypeProblem } from './column-type-problem.ts';
export { formatColumnType, parseColumnType, storageType, type ColumnType, type IntegerBits } from './column-type.ts';
export { encodedName, type Column } from './column.ts';
export { defineRule, type Example, type RuleDefinition, type RuleKind } from './define.ts';
export {
  describeKinds,
  ruleFieldsJsonSchema,
  ruleJsonSchema,
  sourceJsonSchemas,
  type JsonSchema,
  type KindDescription,
} from './describe-kinds.ts';
export { diffDocuments } from './difference.ts';
export {
  contractProblems,
  kindOf,
  parseDocument,
  readDocument,
  readRule,
  starterRules,
  type ReadResult,
} from './document.ts';
export { facts, type Facts } from './facts.ts';
export { kinds, rule, type Rule } from './kinds/registry.gen.ts';
export { didYouMean, nearest } from './nearest.ts';
export { defaultPolicies, parsePolicies, PolicyFileError, type ChannelConfigs } from './policy-file.ts';
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
export {
  mode,
  ruleFields,
  ruleId,
  severity,
  windowSeconds,
  type Mode,
  type RuleFields,
  type Severity,
} from './rule-fields.ts';
export { sourceProblems } from './source-sense.ts';
export {
  columnFields,
  declaredColumn,
  emptyDocument,
  sourceDocument,
  sourceFields,
  sourceName,
  type DeclaredColumn,
  type SourceDocument,
} from './spec.ts';
export { allOf, anyOf, decimal, identifier, join, sql, Sql, SqlError, type SqlInput } from './sql.ts';
export {
  describeExpected,
  formatValue,
  parseLimit,
  thresholds,
  type Limit,
  type Thresholds,
  type Unit,
} from './threshold.ts';
export { plain, toObject, type Plain } from './plain.ts';
export { writeDocument, writeRule } from './write-document.ts';
export {
  describeProblem,
  parseRuleYaml,
  parseSourceYaml,
  ruleYaml,
  sourceYaml,
  yamlPlaces,
  type LocatedProblem,
  type YamlResult,
} from './yaml.ts';
export { anomalyOf, deterministicId, incidentKey, type AnomalyDraft } from './anomaly.ts';
export { bindRule, ruleProblems, type FittedRule, type VersionedRule } from './bind-rule.ts';
export {
  evidenceCap,
  evidenceRowsStatement,
  maskedValue,
  planEvidence,
  readEvidenceLines,
  readEvidenceRows,
  type EvidencePlan,
  type EvidenceRow,
} from './evidence.ts';
export { compileCondition } from './expression.ts';
export { functionUsages } from './expression-functions.ts';
export { ExpressionError } from './expression-lexer.ts';
export { judgePlan, type Judgement } from './judge.ts';
export {
  groupsMax,
  planCheck,
  statementSettings,
  touchedWindows,
  type Plan,
  type PlanInput,
  type PlannedRule,
  type WindowProblem,
  type WindowRows,
} from './plan.ts';
export { fromRows, segmentText, type RowSet } from './row-set.ts';
export { followUps, runPlan, type RunStatement } from './run-plan.ts';
export {
  shareSelect,
  splitStatement,
  type Answer,
  type AnswerRow,
  type SharedSelect,
  type Statement,
} from './statement.ts';
export { validateRule, type Validation } from './validate.ts';
export {
  epochFormats,
  parseTimestampPattern,
  timestampFormatProblem,
  type TimestampDirective,
  type TimestampPart,
} from './timestamp-format.ts';
export { wrongRanges, type WrongRange, type WrongRanges } from './wrong-ranges.ts';
