import { SearchAttributeType, TypedSearchAttributes, defineSearchAttributeKey } from '@temporalio/common';
import type { LoadIdentity } from './load-steps.ts';

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

/** What a run about a load is found by from its start on; its state and verdict follow when they are known. */
export function attributesOfLoad(load: LoadIdentity): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: searchAttributes.tenant, value: load.tenant },
    { key: searchAttributes.source, value: load.source },
    { key: searchAttributes.file, value: load.file.slice(0, 200) },
  ]);
}
