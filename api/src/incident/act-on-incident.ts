import { setTimeout as wait } from 'node:timers/promises';
import { incidentById } from '@assay/clickhouse';
import type { z } from 'zod';
import { recordDeed } from '../audit-trail.ts';
import type { IncidentAct } from '../orchestrator.ts';
import type { incidentView } from '../shapes/incident.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findIncident } from './read-incident.ts';

const lookEvery_ms = 25;
const lookFor_ms = 2_000;

/** What a person does with an incident; who does it is added here. */
type Act =
  | { readonly transition: 'acknowledge' | 'unacknowledge' | 'reopen' }
  | { readonly transition: 'resolve'; readonly reason: PersonsReason; readonly comment: string }
  | { readonly transition: 'comment'; readonly comment: string };

type PersonsReason = Extract<IncidentAct, { transition: 'resolve' }>['input']['reason'];

/** Tells an incident what a person did; its workflow checks it, cancels timers and answers with the new state. */
export async function actOnIncident(
  ctx: AuthorizedContext,
  incident_id: string,
  act: Act,
): Promise<z.infer<typeof incidentView>> {
  const before = await findIncident(ctx, incident_id);
  const { actor, via } = ctx.caller;
  const { orchestrator } = ctx.services;
  const view = await orchestrator.actOnIncident(
    before.workflow_id,
    addressed(act, { incident_id, actor, via }),
    ctx.request_id,
  );
  await untilProjected(ctx, view);
  await recordDeed(ctx, {
    action: `incident.${act.transition}`,
    subject: `incident:${incident_id}`,
    before: { status: before.status },
    after: { status: view.status, ...act },
  });
  return { ...view, available_transitions: [...view.available_transitions] };
}

function addressed(
  act: Act,
  who: Omit<Extract<IncidentAct, { transition: 'comment' }>['input'], 'comment'>,
): IncidentAct {
  switch (act.transition) {
    case 'resolve':
      return { transition: act.transition, input: { ...who, reason: act.reason, comment: act.comment } };
    case 'comment':
      return { transition: act.transition, input: { ...who, comment: act.comment } };
    default:
      return { transition: act.transition, input: who };
  }
}

/** The workflow answers at once and writes itself down right after; whoever acted should find it written. */
async function untilProjected(ctx: AuthorizedContext, view: { incident_id: string; version: number }): Promise<void> {
  for (let waited_ms = 0; waited_ms < lookFor_ms; waited_ms += lookEvery_ms) {
    const stored = await incidentById(ctx.db, view.incident_id);
    if (stored !== undefined && stored.version >= view.version) return;
    await wait(lookEvery_ms);
  }
}
