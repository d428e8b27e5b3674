import { openIncidents } from '@assay/clickhouse';
import { incidentMessages, incidentWorkflowId, type IncidentView, type ResolveInput } from '@assay/workflows';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { ActivityDeps } from '../deps.ts';

/** The open incidents of rules that are no longer there are settled: nothing could ever clear them. Safe to repeat. */
export async function settleDeletedRules(
  deps: Pick<ActivityDeps, 'connection' | 'temporal'>,
  deleted: {
    readonly tenant: string;
    readonly source_id: string;
    readonly rule_ids: readonly string[];
    readonly actor: string;
    readonly version: string;
  },
): Promise<void> {
  const { tenant, source_id, actor } = deleted;
  const rules = new Set(deleted.rule_ids);
  if (rules.size === 0) return;
  const open = await openIncidents(deps.connection.querier(tenant), source_id);
  for (const { incident_id, rule_id, segment } of open.filter((incident) => rules.has(incident.rule_id))) {
    const handle = deps.temporal.workflow.getHandle(incidentWorkflowId({ tenant, source_id, rule_id, segment }));
    const comment = `The rule was deleted by ${actor}.`;
    try {
      await handle.executeUpdate<IncidentView, [ResolveInput]>(incidentMessages.resolve, {
        args: [{ incident_id, actor, via: 'system', reason: 'rule_deleted', comment }],
        updateId: `rule-deleted-${deleted.version}`,
      });
    } catch (error) {
      // It was settled meanwhile, by a person or by a load.
      if (!(error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError)) throw error;
    }
  }
}
