import type { Load, Profile } from '@assay/clickhouse';
import type { NullHeat } from '../shapes/source.ts';

/** Turns the profiles of loads into a matrix: a row per column in the order of the newest load, a cell per load, oldest first. */
export function nullHeatOf(loads: readonly Load[], profiles: readonly Profile[]): NullHeat {
  const profiled = new Set(profiles.map((profile) => profile.load_id));
  const shown = loads.filter((load) => profiled.has(load.load_id));
  const byColumn = Map.groupBy(profiles, (profile) => profile.column);
  const newestLast = [...byColumn.values()].sort((a, b) => place(a) - place(b));
  return {
    loads: shown.map(({ load_id, received_at, rows }) => ({ load_id, received_at, rows })),
    columns: newestLast.map((ofColumn) => {
      const byLoad = new Map(ofColumn.map((profile) => [profile.load_id, profile]));
      const newest = ofColumn.at(-1);
      return {
        column: newest?.column ?? '',
        type: newest?.type ?? '',
        cells: shown.map((load) => cellOf(byLoad.get(load.load_id))),
      };
    }),
  };
}

function place(ofColumn: readonly Profile[]): number {
  return ofColumn.at(-1)?.column_number ?? 0;
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
