import { describe, expect, test } from 'vitest';
import { editSource, newSource, SourceEditRefusedError } from './source.ts';
import type { RuleText, SourceEdit, SourceState } from './source-messages.ts';

const amountPresent: RuleText = { rule_id: 'amount-present', kind: 'not_null', spec: '{"column":"amount"}' };
const oneRow: RuleText = { rule_id: 'one-row', kind: 'unique', spec: '{"columns":["id"]}' };
const by = { actor: 'ana', why: 'because', expected_version: null };

function stored(): SourceState {
  const first = newSource('orders', '7', [amountPresent]);
  return {
    ...first,
    columns: [
      { name: 'id', type: 'Int64' },
      { name: 'coupon', type: '' },
    ],
  };
}

describe('an edit of a source', () => {
  const cases: { name: string; edit: SourceEdit; expect: Partial<SourceState>; put: string[]; deleted: string[] }[] = [
    {
      name: 'adds a rule under the new version and leaves the others at theirs',
      edit: { ...by, kind: 'put_rule', rule: oneRow },
      expect: {
        version: 2,
        rules: [
          { ...amountPresent, version: 1 },
          { ...oneRow, version: 2 },
        ],
      },
      put: ['one-row'],
      deleted: [],
    },
    {
      name: 'that changes the text of a rule gives it a new version in its old place',
      edit: { ...by, kind: 'put_rule', rule: { ...amountPresent, spec: '{}' } },
      expect: { version: 2, rules: [{ ...amountPresent, spec: '{}', version: 2 }] },
      put: ['amount-present'],
      deleted: [],
    },
    {
      name: 'that changes nothing makes no version',
      edit: { ...by, kind: 'put_rule', rule: amountPresent },
      expect: stored(),
      put: [],
      deleted: [],
    },
    {
      name: 'removes a rule',
      edit: { ...by, kind: 'delete_rule', rule_id: 'amount-present' },
      expect: { version: 2, rules: [] },
      put: [],
      deleted: ['amount-present'],
    },
    {
      name: 'by a document puts and removes rules until they are those of the document',
      edit: { ...by, kind: 'put_document', document: '{"owner":"shop"}', columns: [], rules: [oneRow] },
      expect: { version: 2, document: '{"owner":"shop"}', rules: [{ ...oneRow, version: 2 }] },
      put: ['one-row'],
      deleted: ['amount-present'],
    },
    {
      name: 'adds and retypes columns and drops none',
      edit: { ...by, kind: 'put_columns', columns: [{ name: 'amount', type: 'Decimal(12, 2)' }] },
      expect: {
        version: 2,
        columns: [
          { name: 'id', type: 'Int64' },
          { name: 'coupon', type: '' },
          { name: 'amount', type: 'Decimal(12, 2)' },
        ],
      },
      put: [],
      deleted: [],
    },
    {
      name: 'that declares a column leaves it where it is',
      edit: { ...by, kind: 'put_columns', columns: [{ name: 'coupon', type: 'String' }] },
      expect: {
        version: 2,
        columns: [
          { name: 'id', type: 'Int64' },
          { name: 'coupon', type: 'String' },
        ],
      },
      put: [],
      deleted: [],
    },
    {
      name: 'from a file that brings columns puts all in the order of the file',
      edit: {
        ...by,
        kind: 'settle_columns',
        columns: [
          { name: 'amount', type: 'Int64' },
          { name: 'id', type: 'String' },
          { name: 'note', type: 'String' },
        ],
      },
      expect: {
        version: 2,
        columns: [
          { name: 'amount', type: 'Int64' },
          { name: 'id', type: 'Int64' },
          { name: 'note', type: 'String' },
          { name: 'coupon', type: '' },
        ],
      },
      put: [],
      deleted: [],
    },
    {
      name: 'from a file adds unknown columns, types those without a type, and changes no other',
      edit: {
        ...by,
        kind: 'settle_columns',
        columns: [
          { name: 'id', type: 'String' },
          { name: 'coupon', type: 'String' },
          { name: 'amount', type: 'Int64' },
        ],
      },
      expect: {
        version: 2,
        columns: [
          { name: 'id', type: 'Int64' },
          { name: 'coupon', type: 'String' },
          { name: 'amount', type: 'Int64' },
        ],
      },
      put: [],
      deleted: [],
    },
    {
      name: 'removes the source with its rules',
      edit: { ...by, kind: 'delete_source' },
      expect: { version: 2, deleted: true, rules: [] },
      put: [],
      deleted: ['amount-present'],
    },
  ];

  test.each(cases)('$name', ({ edit, expect: expected, put, deleted }) => {
    const edited = editSource(stored(), edit);
    expect(edited.state).toMatchObject(expected);
    expect(edited.rules_put.map((rule) => rule.rule_id)).toEqual(put);
    expect(edited.rules_deleted.map((rule) => rule.rule_id)).toEqual(deleted);
  });

  test('of a version that is no longer the newest is refused, naming both', () => {
    const edit: SourceEdit = { ...by, expected_version: 4, kind: 'put_rule', rule: oneRow };
    expect(() => editSource(stored(), edit)).toThrow(SourceEditRefusedError);
    expect(() => editSource(stored(), edit)).toThrow(/at version 1, not 4/);
  });

  test('that removes a rule nobody knows is refused by its name', () => {
    expect(() => editSource(stored(), { ...by, kind: 'delete_rule', rule_id: 'nope' })).toThrow(/no rule nope/);
  });
});
