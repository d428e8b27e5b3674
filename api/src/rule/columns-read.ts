import { sourceColumns, type RuleVersion, type SourceVersion } from '@assay/clickhouse';
import { bindRule, parseColumnType, rule, RuleProblem, type Column } from '@assay/rules';
import { sourceFactsOf } from '../source/find-source.ts';

/** The columns a rule looks at, those its expressions name included; none when it does not fit its source any more. */
export function columnsRead({ spec, version }: RuleVersion, source: SourceVersion): readonly string[] {
  const { event_time, masked } = sourceFactsOf(source);
  const columns = sourceColumns(source).flatMap(({ name, type: text }, place): Column[] => {
    const type = parseColumnType(text);
    return type === undefined ? [] : [{ name, number: place + 1, type, masked: masked.has(name) }];
  });
  try {
    return bindRule({ rule: rule.parse(JSON.parse(spec)), version }, columns, event_time).columns;
  } catch (error) {
    if (error instanceof RuleProblem) return [];
    throw error;
  }
}
