import { verdict } from '@assay/clickhouse';
import { sourceName } from '@assay/rules';
import { z } from 'zod';
import {
  ruleKinds,
  rulePage,
  ruleResultPage,
  ruleRevision,
  ruleText,
  ruleValidation,
  ruleView,
} from '../shapes/rule.ts';
import { editor, router, viewer } from '../trpc.ts';
import { deleteRule, putRule, restoreRule, validateRule } from '../rule/write-rule.ts';
import { historyOfRule, listRulesWithVerdicts, readRule, resultsOfOneRule } from '../rule/read-rule.ts';
import { describedKinds } from '../rule/described-kinds.ts';
import { limit, offset, text } from './page.ts';

const tags = ['rules'];
const ruleId = z.string().min(1).max(200);
const rule = z.strictObject({ source: sourceName, rule_id: ruleId });
const why = z.string().max(1_000).default('');
const expected_version = z.number().int().min(0).nullable().default(null);

export const ruleRouter = router({
  kinds: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/rule_kinds',
        tags,
        summary: 'Every kind of rule with the schema of its config',
      },
    })
    .input(z.strictObject({}))
    .output(ruleKinds)
    .query(() => describedKinds()),

  list: viewer
    .meta({ openapi: { method: 'GET', path: '/rules', tags, summary: 'Rules with their newest verdicts' } })
    .input(
      z.strictObject({
        source: sourceName.optional(),
        /** The worst newest verdict; empty for rules that were not judged. */
        verdict: z.union([verdict, z.literal('')]).optional(),
        text,
        limit: limit(1_000, 5_000),
        offset,
      }),
    )
    .output(rulePage)
    .query(({ ctx, input }) => listRulesWithVerdicts(ctx, input)),

  get: viewer
    .meta({ openapi: { method: 'GET', path: '/sources/{source}/rules/{rule_id}', tags, summary: 'A rule' } })
    .input(rule)
    .output(ruleView)
    .query(({ ctx, input }) => readRule(ctx, input)),

  put: editor
    .meta({
      openapi: { method: 'PUT', path: '/sources/{source}/rules/{rule_id}', tags, summary: 'Create or change a rule' },
    })
    .input(rule.extend({ rule: ruleText, why, expected_version }))
    .output(ruleView)
    .mutation(({ ctx, input }) => putRule(ctx, input)),

  delete: editor
    .meta({ openapi: { method: 'DELETE', path: '/sources/{source}/rules/{rule_id}', tags, summary: 'Delete a rule' } })
    .input(rule.extend({ why, expected_version: z.number().int().min(0).optional() }))
    .output(z.object({ source: sourceName, rule_id: ruleId, version: z.number() }))
    .mutation(({ ctx, input }) => deleteRule(ctx, input)),

  history: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/sources/{source}/rules/{rule_id}/history',
        tags,
        summary: 'Every version of a rule',
      },
    })
    .input(rule)
    .output(z.object({ items: z.array(ruleRevision) }))
    .query(({ ctx, input }) => historyOfRule(ctx, input)),

  restore: editor
    .meta({
      openapi: {
        method: 'POST',
        path: '/sources/{source}/rules/{rule_id}/restore',
        tags,
        summary: 'Make an old version the present one',
      },
    })
    .input(rule.extend({ version: z.number().int().min(1), why, expected_version }))
    .output(ruleView)
    .mutation(({ ctx, input }) => restoreRule(ctx, input)),

  validate: viewer
    .meta({
      openapi: {
        method: 'POST',
        path: '/sources/{source}/validate_rule',
        tags,
        summary: 'Whether a rule could be saved, and what hinders it',
      },
    })
    .input(z.strictObject({ source: sourceName, rule: ruleText }))
    .output(ruleValidation)
    .mutation(({ ctx, input }) => validateRule(ctx, input)),

  results: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/sources/{source}/rules/{rule_id}/results',
        tags,
        summary: 'Verdicts of a rule over the loads',
      },
    })
    .input(
      rule.extend({
        /** Only results of this segment; empty for those without one. */
        segment: z.string().optional(),
        limit: limit(200, 5_000),
        offset,
      }),
    )
    .output(ruleResultPage)
    .query(({ ctx, input }) => resultsOfOneRule(ctx, input)),
});
