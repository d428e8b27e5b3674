import type { Load, Profile } from '@assay/clickhouse';
import type { NullHeat } from '../shapes/source.ts';
import { inColumnOrder } from './in-column-order.ts';

/**
 * Turns the profiles of loads into a matrix: a row per column, a cell per load, oldest first.
 * @param names the columns of the source in their order; others stand after them
 */
export function nullHeatOf(loads: readonly Load[], profiles: readonly Profile[], names: readonly string[]): NullHeat {
  const profiled = new Set(profiles.map((profile) => profile.load_id));
  const shown = loads.filter((load) => profiled.has(load.load_id));
  const byColumn = Map.groupBy(profiles, (profile) => profile.column);
  return {
    loads: shown.map(({ load_id, received_at, rows }) => ({ load_id, received_at, rows })),
    columns: inColumnOrder([...byColumn.values()], names, nameOf).map((ofColumn) => {
      const byLoad = new Map(ofColumn.map((profile) => [profile.load_id, profile]));
      const newest = ofColumn.at(-1);
      return {
        column: nameOf(ofColumn),
        type: newest?.type ?? '',
        cells: shown.map((load) => cellOf(byLoad.get(load.load_id))),
      };
    }),
  };
}

function nameOf(ofColumn: readonly Profile[]): string {
  return ofColumn[0]?.column ?? '';
}

function cellOf(profile: Profile | undefined): NullHeat['columns'][number]['cells'][number] {
  if (profile === undefined) return null;
  const { nulls, absent, type_errors, rows } = profile;
  return { nulls, absent, type_errors, share: shareOf(BigInt(nulls), BigInt(rows)) };
}

/** Counts may be beyond a JavaScript number; a share needs four digits only. */
function shareOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 1_000_000n) / whole) / 1_000_000;
}
