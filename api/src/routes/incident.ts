import { id, incidentStatus, severity } from '@assay/clickhouse';
import { sourceName } from '@assay/rules';
import { z } from 'zod';
import { incidentDetail, incidentPage, incidentView, resolveReason } from '../shapes/incident.ts';
import { editor, router, viewer } from '../trpc.ts';
import { actOnIncident } from '../incident/act-on-incident.ts';
import { detailOfIncident, listedIncidents } from '../incident/read-incident.ts';
import { before, limit, text } from './page.ts';

const tags = ['incidents'];
const incident = z.strictObject({ incident_id: id });
const comment = z.string().max(10_000);

export const incidentRouter = router({
  list: viewer
    .meta({ openapi: { method: 'GET', path: '/incidents', tags, summary: 'Incidents, newest first' } })
    .input(
      z.strictObject({
        status: z.array(incidentStatus).optional(),
        severity: z.array(severity).optional(),
        source: sourceName.optional(),
        rule_id: z.string().min(1).optional(),
        load_id: id.optional(),
        /** Only those that the caller has acknowledged. */
        mine: z.boolean().default(false),
        text,
        order: z.enum(['newest', 'oldest']).default('newest'),
        before,
        limit: limit(50, 500),
      }),
    )
    .output(incidentPage)
    .query(({ ctx, input }) => listedIncidents(ctx, input)),

  get: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/incidents/{incident_id}',
        tags,
        summary: 'An incident with timeline and deliveries',
      },
    })
    .input(incident)
    .output(incidentDetail)
    .query(({ ctx, input }) => detailOfIncident(ctx, input.incident_id)),

  acknowledge: editor
    .meta({
      openapi: {
        method: 'POST',
        path: '/incidents/{incident_id}/acknowledge',
        tags,
        summary: 'Take an incident; its escalation stops',
      },
    })
    .input(incident)
    .output(incidentView)
    .mutation(({ ctx, input }) => actOnIncident(ctx, input.incident_id, { transition: 'acknowledge' })),

  unacknowledge: editor
    .meta({
      openapi: {
        method: 'POST',
        path: '/incidents/{incident_id}/unacknowledge',
        tags,
        summary: 'Give an incident back; its escalation starts again',
      },
    })
    .input(incident)
    .output(incidentView)
    .mutation(({ ctx, input }) => actOnIncident(ctx, input.incident_id, { transition: 'unacknowledge' })),

  resolve: editor
    .meta({
      openapi: {
        method: 'POST',
        path: '/incidents/{incident_id}/resolve',
        tags,
        summary: 'Settle an incident with a reason',
      },
    })
    .input(incident.extend({ reason: resolveReason, comment: comment.default('') }))
    .output(incidentView)
    .mutation(({ ctx, input }) => {
      const { incident_id, ...settled } = input;
      return actOnIncident(ctx, incident_id, { transition: 'resolve', ...settled });
    }),

  reopen: editor
    .meta({ openapi: { method: 'POST', path: '/incidents/{incident_id}/reopen', tags, summary: 'Undo a resolution' } })
    .input(incident)
    .output(incidentView)
    .mutation(({ ctx, input }) => actOnIncident(ctx, input.incident_id, { transition: 'reopen' })),

  comment: editor
    .meta({
      openapi: { method: 'POST', path: '/incidents/{incident_id}/comment', tags, summary: 'Write into the timeline' },
    })
    .input(incident.extend({ comment: comment.min(1, 'write something') }))
    .output(incidentView)
    .mutation(({ ctx, input }) =>
      actOnIncident(ctx, input.incident_id, { transition: 'comment', comment: input.comment }),
    ),
});
