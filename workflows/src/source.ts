import type { RuleText, SourceColumn, SourceEdit, SourceState } from './source-messages.ts';

/** Why an edit of a source cannot be made; the sentence goes to the person who tried. */
export class SourceEditRefusedError extends Error {
  readonly code: 'version_conflict' | 'unknown_rule';

  constructor(code: 'version_conflict' | 'unknown_rule', message: string) {
    super(message);
    this.code = code;
  }
}

export interface EditedSource {
  readonly state: SourceState;
  readonly rules_put: readonly RuleText[];
  readonly rules_deleted: readonly RuleText[];
  readonly changed: boolean;
}

/** A source nobody has described yet: its first file decides the columns. */
export function newSource(source: string, source_id: string, rules: readonly RuleText[]): SourceState {
  return {
    source_id,
    source,
    version: 1,
    document: '{}',
    columns: [],
    rules: rules.map((rule) => ({ ...rule, version: 1 })),
    deleted: false,
  };
}

/** Throws SourceEditRefusedError when an edit may not be made on this state. */
export function refuseEdit(state: SourceState, edit: SourceEdit): void {
  if (edit.expected_version !== null && edit.expected_version !== state.version) {
    throw new SourceEditRefusedError(
      'version_conflict',
      `source ${state.source} is at version ${String(state.version)}, not ${String(edit.expected_version)}: somebody changed it meanwhile; look at it again, then repeat the edit`,
    );
  }
  if (edit.kind === 'delete_rule' && !state.rules.some((rule) => rule.rule_id === edit.rule_id)) {
    throw new SourceEditRefusedError('unknown_rule', `source ${state.source} has no rule ${edit.rule_id}`);
  }
}

/** The state after an edit; an edit that changes nothing keeps the version. */
export function editSource(state: SourceState, edit: SourceEdit): EditedSource {
  refuseEdit(state, edit);
  const version = state.version + 1;
  const before = new Map(state.rules.map((rule) => [rule.rule_id, rule]));
  const wanted = wantedRules(state, edit);
  const rules_put = wanted.filter((rule) => !sameRule(before.get(rule.rule_id), rule));
  const kept = new Set(wanted.map((rule) => rule.rule_id));
  const rules_deleted = state.rules.filter((rule) => !kept.has(rule.rule_id));
  const document = edit.kind === 'put_document' ? edit.document : state.document;
  const columns = wantedColumns(state, edit);

  const deleted = edit.kind === 'delete_source';

  const changed =
    deleted ||
    document !== state.document ||
    rules_put.length > 0 ||
    rules_deleted.length > 0 ||
    JSON.stringify(columns) !== JSON.stringify(state.columns);
  if (!changed) return { state, rules_put: [], rules_deleted: [], changed };

  const put = new Set(rules_put.map((rule) => rule.rule_id));
  const rules = wanted.map((rule) => ({
    rule_id: rule.rule_id,
    kind: rule.kind,
    spec: rule.spec,
    version: put.has(rule.rule_id) ? version : (before.get(rule.rule_id)?.version ?? version),
  }));
  return { state: { ...state, version, document, columns, rules, deleted }, rules_put, rules_deleted, changed };
}

function wantedRules(state: SourceState, edit: SourceEdit): readonly RuleText[] {
  switch (edit.kind) {
    case 'put_document':
      return edit.rules;
    case 'put_rule':
      return state.rules.some((rule) => rule.rule_id === edit.rule.rule_id)
        ? state.rules.map((rule) => (rule.rule_id === edit.rule.rule_id ? edit.rule : rule))
        : [...state.rules, edit.rule];
    case 'delete_rule':
      return state.rules.filter((rule) => rule.rule_id !== edit.rule_id);
    case 'delete_source':
      return [];
    case 'put_columns':
    case 'settle_columns':
      return state.rules;
  }
}

function sameRule(before: RuleText | undefined, after: RuleText): boolean {
  return before?.kind === after.kind && before.spec === after.spec;
}

function wantedColumns(state: SourceState, edit: SourceEdit): readonly SourceColumn[] {
  switch (edit.kind) {
    case 'put_document':
    case 'put_columns':
      return mergeColumns(state.columns, edit.columns);
    case 'settle_columns':
      return settleColumns(state.columns, edit.columns);
    case 'put_rule':
    case 'delete_rule':
    case 'delete_source':
      return state.columns;
  }
}

/** Only what is not settled yet is decided: new columns, a type for those that had none, and with new columns their order in the file. */
function settleColumns(before: readonly SourceColumn[], found: readonly SourceColumn[]): readonly SourceColumn[] {
  const known = new Set(before.map((column) => column.name));
  const bringsColumns = found.some((column) => !known.has(column.name));
  const names = new Set((bringsColumns ? [...found, ...before] : before).map((column) => column.name));
  const typed = before.filter((column) => column.type !== '');
  const types = new Map([...found, ...typed].map((column) => [column.name, column.type]));
  return [...names].map((name) => ({ name, type: types.get(name) ?? '' }));
}

/** Every column stays where it is, named or not: rows of earlier loads still have them. New ones come after them. */
function mergeColumns(before: readonly SourceColumn[], wanted: readonly SourceColumn[]): readonly SourceColumn[] {
  const types = new Map(wanted.map((column) => [column.name, column.type]));
  const known = new Set(before.map((column) => column.name));
  return [
    ...before.map(({ name, type }) => ({ name, type: types.get(name) ?? type })),
    ...wanted.filter((column) => !known.has(column.name)).map(({ name, type }) => ({ name, type })),
  ];
}
