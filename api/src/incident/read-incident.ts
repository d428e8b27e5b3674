import {
  countIncidents,
  deliveriesOfIncident,
  eventsOfIncident,
  incidentById,
  listIncidents,
  type Incident,
} from '@assay/clickhouse';
import { availableTransitions } from '@assay/workflows';
import { z } from 'zod';
import { findLoad } from '../load/find-load.ts';
import { RequestProblem } from '../problem.ts';
import { expectRule } from '../rule/expect-rule.ts';
import type { IncidentDetail, IncidentSummary } from '../shapes/incident.ts';
import { findSource } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';

interface IncidentsInput {
  readonly status?: readonly Incident['status'][] | undefined;
  readonly source?: string | undefined;
  readonly rule_id?: string | undefined;
  readonly load_id?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** One page of incidents, newest first, and how many are open over all pages and filters. What a filter names must exist. */
export async function listedIncidents(
  ctx: AuthorizedContext,
  input: IncidentsInput,
): Promise<{ items: IncidentSummary[]; next_before: string | null; open: number }> {
  const { status, limit, ...filter } = input;
  const [found, counts] = await Promise.all([
    listIncidents(ctx.db, { ...filter, statuses: status, limit: limit + 1 }),
    countIncidents(ctx.db),
  ]);
  if (found.length === 0) await expectNamed(ctx, filter);
  const items = found.slice(0, limit).map((incident) => summaryOf(ctx, incident));
  const open = counts.filter((count) => count.status !== 'resolved').reduce((sum, count) => sum + count.incidents, 0);
  return { items, next_before: found.length > limit ? (items.at(-1)?.incident_id ?? null) : null, open };
}

/** That nothing was found may be because nothing is there to be found by. Throws `not_found`. */
async function expectNamed(ctx: AuthorizedContext, filter: Omit<IncidentsInput, 'limit'>): Promise<void> {
  const source = filter.source === undefined ? undefined : await findSource(ctx, filter.source);
  if (filter.load_id !== undefined) await findLoad(ctx, filter.load_id);
  if (filter.rule_id !== undefined) await expectRule(ctx, { rule_id: filter.rule_id, source });
}

/** An incident with its timeline and every notice about it. What can be done now is what its workflow says. */
export async function detailOfIncident(ctx: AuthorizedContext, incident_id: string): Promise<IncidentDetail> {
  const incident = await findIncident(ctx, incident_id);
  const [timeline, deliveries, view] = await Promise.all([
    eventsOfIncident(ctx.db, incident_id),
    deliveriesOfIncident(ctx.db, incident_id),
    ctx.services.orchestrator.viewIncident(incident.workflow_id),
  ]);
  const summary = summaryOf(ctx, incident);
  const current = view?.incident_id === incident_id ? view : undefined;
  const { workflow_id, run_id } = incident;
  return {
    incident: {
      ...summary,
      ...(current === undefined
        ? {}
        : {
            available_transitions: [...current.available_transitions],
            next_escalation_at: current.next_escalation_at,
          }),
    },
    policy: z.record(z.string(), z.unknown()).parse(JSON.parse(incident.policy)),
    timeline: timeline.map((entry) => ({
      ...entry,
      data: z.record(z.string(), z.unknown()).parse(JSON.parse(entry.data === '' ? '{}' : entry.data)),
    })),
    deliveries,
    workflow: { id: workflow_id, run_id, url: ctx.services.links.workflow(workflow_id, run_id) },
  };
}

/** The incident with this id. Throws `not_found` when the tenant has none. */
export async function findIncident(ctx: AuthorizedContext, incident_id: string): Promise<Incident> {
  const found = await incidentById(ctx.db, incident_id);
  if (found === undefined) throw new RequestProblem('not_found', `There is no incident ${incident_id}.`);
  return found;
}

function summaryOf(ctx: AuthorizedContext, incident: Incident): IncidentSummary {
  return {
    ...incident,
    url: ctx.services.links.incident(incident.incident_id),
    available_transitions: availableTransitions(incident.status, incident.settled),
  };
}
