import { allOf, join, sql, type Sql } from './sql.ts';

const calls = {
  count: { plain: sql`count`, conditional: sql`countIf` },
  sum: { plain: sql`sum`, conditional: sql`sumIf` },
  min: { plain: sql`min`, conditional: sql`minIf` },
  max: { plain: sql`max`, conditional: sql`maxIf` },
  avg: { plain: sql`avg`, conditional: sql`avgIf` },
  stddev_sample: { plain: sql`stddevSampStable`, conditional: sql`stddevSampStableIf` },
  variance_sample: { plain: sql`varSampStable`, conditional: sql`varSampStableIf` },
  quantile: { plain: sql`quantileExactInclusive`, conditional: sql`quantileExactInclusiveIf` },
  distinct_exact: { plain: sql`uniqExact`, conditional: sql`uniqExactIf` },
  distinct_approximate: { plain: sql`uniqCombined64`, conditional: sql`uniqCombined64If` },
  sum_map: { plain: sql`sumMap`, conditional: sql`sumMapIf` },
} as const;

/**
 * One number (or text) over a row set. Kept as data until the planner writes it, so that a rule's `where` becomes a
 * condition of the aggregate and rules with different filters share one scan.
 */
export interface Aggregate {
  readonly call: keyof typeof calls;
  readonly parameters?: readonly Sql[];
  readonly values: readonly Sql[];
  /** A condition that is never NULL, which is what the engine evaluates fast. */
  readonly when?: Sql;
  /** Keeps a large state per group (exact distinct, exact quantiles): planned apart from the cheap ones. */
  readonly heavy?: boolean;
  /** How the value becomes text: as it is unless told, as JSON, or no more than its first 1,001 characters. */
  readonly as?: 'text' | 'json' | 'prefix';
}

/** The aggregate over the rows that also meet `where` (never NULL either), as text. */
export function renderAggregate(aggregate: Aggregate, where: Sql | null): Sql {
  const conditions = [where, aggregate.when ?? null].filter((condition) => condition !== null);
  const name = conditions.length === 0 ? calls[aggregate.call].plain : calls[aggregate.call].conditional;
  const parameters = aggregate.parameters ? sql`(${join(aggregate.parameters)})` : sql``;
  const values = conditions.length === 0 ? aggregate.values : [...aggregate.values, allOf(conditions)];
  const call = noneOf(aggregate, sql`${name}${parameters}(${join(values)})`);
  switch (aggregate.as) {
    case 'json':
      return sql`toJSONString(${call})`;
    case 'prefix':
      return sql`substringUTF8(${call}, 1, 1001)`;
    default:
      return sql`toString(${call})`;
  }
}

/** Rows, or rows that meet the condition, which is never NULL. */
export function count(when?: Sql): Aggregate {
  return when ? { call: 'count', values: [], when } : { call: 'count', values: [] };
}

// Of nothing but NULLs the engine counts NULL distinct values.
function noneOf({ call }: Aggregate, rendered: Sql): Sql {
  return call === 'distinct_exact' || call === 'distinct_approximate' ? sql`ifNull(${rendered}, 0)` : rendered;
}
