import type { z } from 'zod';
import { recordDeed } from '../audit-trail.ts';
import type { IncidentAct } from '../orchestrator.ts';
import type { incidentView } from '../shapes/incident.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findIncident } from './read-incident.ts';

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
