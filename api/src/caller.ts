import type { Role, Via } from '@assay/clickhouse';

/** Who asks: a key, or on loopback without a key the person at this machine. */
export interface Caller {
  readonly tenant: string;
  readonly actor: string;
  readonly role: Role;
  readonly via: Via;
}

const rank: Readonly<Record<Role, number>> = { viewer: 1, editor: 2, admin: 3 };

/** Whether a role may do what another is needed for. */
export function mayActAs(has: Role, needed: Role): boolean {
  return rank[has] >= rank[needed];
}
