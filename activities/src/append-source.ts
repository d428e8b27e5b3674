import { emitEvent, writeSourceVersion, type RuleVersion } from '@assay/clickhouse';
import type { Activities, RuleText } from '@assay/workflows';
import type { ActivityDeps } from './deps.ts';
import { settleDeletedRules } from './incident/settle-deleted-rules.ts';

type Input = Parameters<Activities['appendSource']>[0];

/** Appends one version of a source with the rules it changed, and settles incidents of rules that are gone. A retry does the same again. */
export async function appendSource(deps: ActivityDeps, input: Input): Promise<void> {
  const { ref, state, actor, why, at } = input;
  const db = deps.connection.querier(ref.tenant);
  const version = String(state.version);
  const changed = { source_id: state.source_id, version, changed_at: at, changed_by: actor, why };
  const ruleVersion = (rule: RuleText, deleted: boolean): RuleVersion => ({
    ...changed,
    rule_id: rule.rule_id,
    kind: rule.kind,
    spec: rule.spec,
    deleted,
  });

  await writeSourceVersion(db, {
    source: {
      ...changed,
      name: state.source,
      document: state.document,
      columns: JSON.stringify(state.columns),
      deleted: state.deleted,
    },
    rules: [
      ...input.rules_put.map((rule) => ruleVersion(rule, false)),
      ...input.rules_deleted.map((rule) => ruleVersion(rule, true)),
    ],
  });
  await settleDeletedRules(deps, {
    tenant: ref.tenant,
    source_id: state.source_id,
    rule_ids: input.rules_deleted.map((rule) => rule.rule_id),
    actor,
    version,
  });
  await emitEvent(db, { type: 'source.changed', ids: { source: state.source }, data: { version }, now: deps.now() });
}
