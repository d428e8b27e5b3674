import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

const keyword = (name: `Assay${string}`) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/**
 * What a person can find a run by in Temporal's own UI, for example `AssaySource = "orders" AND AssayVerdict = "fail"`.
 * A namespace on SQL holds ten keyword attributes.
 */
export const searchAttributes = {
  tenant: keyword('AssayTenant'),
  source: keyword('AssaySource'),
  file: keyword('AssayFile'),
  /** The load's state, or the incident's status. */
  state: keyword('AssayState'),
  verdict: keyword('AssayVerdict'),
  rule: keyword('AssayRule'),
  severity: keyword('AssaySeverity'),
} as const;

/** Their names, as a Temporal namespace must know them before a workflow may use them. */
export const searchAttributeNames: readonly string[] = Object.values(searchAttributes).map(({ name }) => name);
