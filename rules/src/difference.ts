import { isList, isMap, sameData, type Plain } from './plain.ts';
import type { SourceDocument } from './spec.ts';
import { writeDocument } from './write-document.ts';

/** What changes from one document to the other, a readable line each; empty when they mean the same. */
export function diffDocuments(before: SourceDocument, after: SourceDocument): string[] {
  return differences('', keyed(before), keyed(after));
}

// Columns and rules are found by name and id; where they stand in the file means nothing.
function keyed(document: SourceDocument): ReadonlyMap<string, Plain> {
  const written = new Map(writeDocument(document));
  const rules = written.get('rules');
  if (isList(rules)) {
    const byId = rules.map((rule): [string, Plain] => {
      const fields = new Map(isMap(rule) ? rule : []);
      const id = fields.get('id');
      fields.delete('id');
      return [typeof id === 'string' ? id : '', fields];
    });
    written.set('rules', new Map(byId));
  }
  return written;
}

function differences(path: string, before: ReadonlyMap<string, Plain>, after: ReadonlyMap<string, Plain>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const at = path === '' ? name : `${path}.${name}`;
    const old = before.get(name);
    const now = after.get(name);
    if (old === undefined) return now === undefined ? [] : added(path, at, now);
    if (now === undefined) return removed(path, at, old);
    if (sameData(old, now)) return [];
    if (isMap(old) && isMap(now)) return differences(at, old, now);
    return [`~ ${at}: ${shown(old)} → ${shown(now)}`];
  });
}

function added(path: string, at: string, value: Plain): string[] {
  return path === '' && isMap(value) ? differences(at, new Map(), value) : [`+ ${at}: ${shown(value)}`];
}

function removed(path: string, at: string, value: Plain): string[] {
  return path === '' && isMap(value) ? differences(at, value, new Map()) : [`- ${at}: ${shown(value)}`];
}

function shown(value: Plain): string {
  if (isList(value)) return `[${value.map(shown).join(', ')}]`;
  if (isMap(value) && value.size === 0) return '{}';
  if (isMap(value)) return `{ ${[...value].map(([key, inner]) => `${key}: ${shown(inner)}`).join(', ')} }`;
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
