import { describe, expect, test } from 'vitest';
import { formFields } from './form-field.ts';

const control = (property: unknown) => formFields({ properties: { x: property } })[0]?.control;

describe('a form drawn from a schema', () => {
  test('keeps the order, the words and what is required', () => {
    const fields = formFields({
      properties: {
        column: { type: 'string', title: 'Column' },
        max_share: { type: 'number', description: 'At most.', default: 0 },
      },
      required: ['column', 'max_share'],
    });
    expect(fields).toMatchObject([
      { name: 'column', title: 'Column', required: true },
      { name: 'max_share', title: 'Max share', hint: 'At most.', required: false, fallback: '0' },
    ]);
  });

  test.each([
    [{ type: 'string' }, { kind: 'text', long: false }],
    [
      { type: 'string', maxLength: 10_000 },
      { kind: 'text', long: true },
    ],
    [{ type: ['string', 'number', 'boolean'] }, { kind: 'text', long: false }],
    [{ type: 'integer' }, { kind: 'number', whole: true }],
    [{ type: 'boolean' }, { kind: 'flag' }],
    [
      { type: 'string', enum: ['a', 'b'] },
      { kind: 'choice', options: ['a', 'b'] },
    ],
    [{ type: 'array', items: { type: ['string', 'number'] } }, { kind: 'list' }],
    [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, { kind: 'number', whole: false }],
    [{ type: 'array', items: { type: 'object' } }, { kind: 'json' }],
    [{}, { kind: 'json' }],
  ])('enters %j as %j', (property, expected) => {
    expect(control(property)).toEqual(expected);
  });

  test('draws a nested object as a group, nullable or not', () => {
    const nested = { type: 'object', properties: { share: { type: 'string' } } };
    expect(control({ anyOf: [nested, { type: 'null' }] })).toEqual({ kind: 'group', schema: nested });
  });

  test('a schema without properties has no fields', () => {
    expect(formFields({ type: 'object' })).toEqual([]);
  });
});
