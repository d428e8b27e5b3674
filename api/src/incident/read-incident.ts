import {
  countIncidents,
  countOpenIncidents,
  deliveriesOfIncident,
  eventsOfIncident,
  incidentById,
  incidentStatus,
  listIncidents,
  loadById,
  type Incident,
} from '@assay/clickhouse';
import { availableTransitions } from '@assay/workflows';
import { z } from 'zod';
import { findLoad } from '../load/find-load.ts';
import { RequestProblem } from '../problem.ts';
import { expectRule } from '../rule/expect-rule.ts';
import type { IncidentDetail, IncidentPage, IncidentSummary } from '../shapes/incident.ts';
import { findSource } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';

interface IncidentsInput {
  readonly status?: readonly Incident['status'][] | undefined;
  readonly severity?: readonly Incident['severity'][] | undefined;
  readonly source?: string | undefined;
  readonly rule_id?: string | undefined;
  readonly load_id?: string | undefined;
  readonly mine: boolean;
  readonly text?: string | undefined;
  readonly order: 'newest' | 'oldest';
  readonly before?: string | undefined;
  readonly limit: number;
}

/** One page of incidents with what is on all pages counted. What a filter names must exist. */
export async function listedIncidents(ctx: AuthorizedContext, input: IncidentsInput): Promise<IncidentPage> {
  const { status, severity, mine, order, before, limit, ...named } = input;
  const { actor } = ctx.caller;
  const filter = { ...named, severities: severity };
  const [found, tally, open] = await Promise.all([
    listIncidents(ctx.db, {
      ...filter,
      statuses: status,
      acknowledged_by: mine ? actor : undefined,
      oldest_first: order === 'oldest',
      before,
      limit: limit + 1,
    }),
    countIncidents(ctx.db, { ...filter, actor }),
    countOpenIncidents(ctx.db),
  ]);
  if (found.length === 0) await expectNamed(ctx, named);
  const items = found.slice(0, limit).map((incident) => summaryOf(ctx, incident));
  const countOf = (wanted: Incident['status']) => tally.find((one) => one.status === wanted);
  const statuses = status === undefined || status.length === 0 ? incidentStatus.options : status;
  return {
    items,
    next_before: found.length > limit ? (items.at(-1)?.incident_id ?? null) : null,
    total: sum(statuses.map((wanted) => countOf(wanted)?.[mine ? 'of_actor' : 'incidents'] ?? 0)),
    counts: {
      triggered: countOf('triggered')?.incidents ?? 0,
      acknowledged: countOf('acknowledged')?.incidents ?? 0,
      resolved: countOf('resolved')?.incidents ?? 0,
      mine: countOf('acknowledged')?.of_actor ?? 0,
    },
    open: sum(open.map(({ incidents }) => incidents)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** That nothing was found may be because nothing is there to be found by. Throws `not_found`. */
async function expectNamed(
  ctx: AuthorizedContext,
  filter: Pick<IncidentsInput, 'source' | 'rule_id' | 'load_id'>,
): Promise<void> {
  const source = filter.source === undefined ? undefined : await findSource(ctx, filter.source);
  if (filter.load_id !== undefined) await findLoad(ctx, filter.load_id);
  // Incidents of no rule, such as `*damage*`, may be asked for before there is one.
  const { rule_id } = filter;
  if (rule_id !== undefined && !/^\*.+\*$/.test(rule_id)) await expectRule(ctx, { rule_id, source });
}

/** An incident with its timeline and every notice about it. What can be done now is what its workflow says. */
export async function detailOfIncident(ctx: AuthorizedContext, incident_id: string): Promise<IncidentDetail> {
  const incident = await findIncident(ctx, incident_id);
  const [timeline, deliveries, view, first, last] = await Promise.all([
    eventsOfIncident(ctx.db, incident_id),
    deliveriesOfIncident(ctx.db, incident_id),
    ctx.services.orchestrator.viewIncident(incident.workflow_id),
    loadById(ctx.db, incident.first_load_id),
    loadById(ctx.db, incident.last_load_id),
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
    first_load: first === undefined ? null : { load_id: first.load_id, file: first.file },
    last_load: last === undefined ? null : { load_id: last.load_id, file: last.file },
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
