import type { z } from 'zod';
import type { Aggregate } from './aggregate.ts';
import type { Column, TypeFamily } from './column.ts';
import type { Facts } from './facts.ts';
import type { Quantity } from './quantity.ts';
import { RuleProblem } from './problem.ts';
import type { Verdict } from './result.ts';
import type { Sql } from './sql.ts';
import type { Thresholds, Unit } from './threshold.ts';

/** What a rule sees of the source it is bound to. Asking for a column that does not fit throws `RuleProblem`. */
export interface RuleScope {
  readonly columns: readonly Column[];
  /** Name of the source's event-time column. */
  readonly event_time: string | null;
  /** The column at a config field, of one of the accepted families (any when not given). */
  readonly column: (field: string, name: string, accepts?: readonly TypeFamily[]) => Column;
  /** A boolean expression over the columns, from text of the config. */
  readonly expression: (field: string, text: string) => BoundExpression;
}

/** A person's expression over the encoded columns, and the columns it reads. */
export interface BoundExpression {
  readonly sql: Sql;
  readonly columns: readonly string[];
}

/** Rows per key, for what one aggregate cannot say exactly. Its aggregates run over one row per key with `n` rows each. */
export interface Grouping {
  readonly key: readonly Sql[];
  /** Rows that have a key. */
  readonly when: Sql;
  /** Expressions over `n`, aggregated over the keys. */
  readonly aggregates: Readonly<Record<string, Sql>>;
  /** The keys whose rows are at fault, an expression over `n`. */
  readonly having: Sql;
  /** Whether the first pass left the question open. */
  readonly needed: (values: Values) => boolean;
}

/** What a rule asks of a row set. */
export interface RuleMeasure {
  readonly aggregates: Readonly<Record<string, Aggregate>>;
  /** True for a row that is at fault; drives the evidence. */
  readonly failed?: Sql;
  readonly grouping?: Grouping;
}

/** The answers by name, as the engine's text; null where the engine answered NULL. */
export type Values = Readonly<Record<string, string | null>>;

/** What was measured, before any threshold. */
export type Measurement =
  | { readonly kind: 'counted'; readonly checked: bigint; readonly failed: bigint; readonly details: Details }
  | { readonly kind: 'valued'; readonly checked: bigint; readonly value: Quantity; readonly details: Details }
  /** Nothing to judge, such as the mean of no values: `no_data`. */
  | { readonly kind: 'empty'; readonly checked: bigint; readonly reason: string }
  /** Cannot be evaluated: `error`. */
  | { readonly kind: 'unmeasurable'; readonly reason: string };

/** Further counts worth telling, already as text: `{ extra_rows: '990' }`. */
export type Details = Readonly<Record<string, string>>;

/** A file in miniature with the verdict it must get; run on the real engine. */
export interface Example<Config> {
  readonly name: string;
  /** Column types as people write them. */
  readonly columns: Readonly<Record<string, string>>;
  /** A missing property is an absent key, null a null, `{ type_error: text }` a value that does not fit its type. */
  readonly rows: readonly Readonly<Record<string, ExampleValue>>[];
  readonly config: Config;
  readonly where?: string;
  readonly fail?: Thresholds;
  readonly warn?: Thresholds;
  readonly event_time?: string;
  readonly facts?: Partial<Facts>;
  readonly expect: {
    readonly verdict: Verdict;
    readonly rows_checked?: string;
    readonly rows_failed?: string;
    readonly value?: string | null;
    /** Lines (1-based positions in `rows`) that must be the evidence. */
    readonly lines?: readonly number[];
  };
}

export type ExampleValue = string | number | boolean | null | { readonly type_error: string };

/** What a rule kind must answer. The kind is its file's name in snake_case. */
export interface RuleDefinition<Config extends z.ZodType> {
  /** Title of the kind in lists and forms. */
  readonly title: string;
  /** What it checks, what is counted, and how NULLs count; two or three sentences. */
  readonly help: string;
  /** The form, the API and the docs are drawn from it. */
  readonly config: Config;
  /** `rows`: measured over rows, takes `where`, `by` and `window`. `file`: judged from facts of the file as a whole. */
  readonly scope: 'rows' | 'file';
  /** What is counted. Columns are no rows: a result of theirs checked none. */
  readonly counts: 'rows' | 'values' | 'records' | 'columns';
  /** What thresholds may speak about; the first is what a result shows when there are none. Without `count` a threshold is required. */
  readonly judges: readonly (keyof Thresholds)[];
  /** Below so many checked it is `no_data` unless the rule says otherwise. */
  readonly min_rows: number;
  /** The columns it reads, for evidence and for people. */
  readonly columns: (config: z.output<Config>, scope: RuleScope) => readonly string[];
  /** What the value means; a plain number unless told. */
  readonly unit?: (config: z.output<Config>, scope: RuleScope) => Unit;
  /** Throws `RuleProblem` when the config does not fit the source's columns. */
  readonly measure: (config: z.output<Config>, scope: RuleScope) => RuleMeasure;
  readonly evaluate: (config: z.output<Config>, values: Values, facts: Facts) => Measurement;
  /** One sentence with its numbers, without full stop and without the expectation; `description` is what people wrote of the rule. */
  readonly finding: (
    config: z.output<Config>,
    measurement: Measurement & { kind: 'counted' | 'valued' },
    description: string | null,
  ) => string;
  /** Why one row is at fault, such as `` `amount` is missing ``. */
  readonly reason?: (config: z.output<Config>, description: string | null) => string;
  /** The rule of this kind that every new source starts with. */
  readonly starter?: { readonly rule_id: string; readonly config: z.input<Config>; readonly warn: Thresholds };
  /** The config that declaring a column not nullable implies. */
  readonly required?: (column: string) => z.input<Config>;
  /** At least a pass, a fail and an edge with NULLs. */
  readonly examples: readonly Example<z.input<Config>>[];
}

/** A kind with its config filled in: the same questions, already knowing the config. */
export interface BoundRule {
  readonly columns: (scope: RuleScope) => readonly string[];
  readonly unit: (scope: RuleScope) => Unit;
  readonly measure: (scope: RuleScope) => RuleMeasure;
  readonly evaluate: (values: Values, facts: Facts) => Measurement;
  readonly finding: (measurement: Measurement & { kind: 'counted' | 'valued' }) => string;
  readonly reason: () => string;
}

/** A kind whose config type is not known at compile time. */
export interface RuleKind extends Pick<
  RuleDefinition<z.ZodType>,
  'title' | 'help' | 'config' | 'scope' | 'counts' | 'judges' | 'min_rows'
> {
  readonly examples: readonly Example<unknown>[];
  readonly starter?: { readonly rule_id: string; readonly config: unknown; readonly warn: Thresholds };
  readonly required?: (column: string) => unknown;
  /** @throws RuleProblem when the config is not one of this kind. */
  readonly bind: (config: unknown, description: string | null) => BoundRule;
}

/** Makes a rule kind out of its answers. */
export function defineRule<Config extends z.ZodType>(
  definition: RuleDefinition<Config>,
): RuleDefinition<Config> & Pick<RuleKind, 'bind'> {
  return {
    ...definition,
    bind: (given, description) => {
      const parsed = definition.config.safeParse(given);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const path = (issue?.path ?? []).map((step) => (typeof step === 'symbol' ? String(step) : step));
        throw new RuleProblem(path, issue?.message ?? 'the config does not fit this kind of rule');
      }
      const config = parsed.data;
      return {
        columns: (scope) => definition.columns(config, scope),
        unit: (scope) => definition.unit?.(config, scope) ?? 'number',
        measure: (scope) => definition.measure(config, scope),
        evaluate: (values, facts) => definition.evaluate(config, values, facts),
        finding: (measurement) => definition.finding(config, measurement, description),
        reason: () => definition.reason?.(config, description) ?? definition.title,
      };
    },
  };
}
