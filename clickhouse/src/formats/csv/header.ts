import type { LayoutFinding } from './inspect.ts';

export interface ResolvedHeader {
  /** One name per field, all different. */
  readonly names: string[];
  readonly findings: LayoutFinding[];
}

/** Names the fields: the second `a` is `a_2`, a field without a name is `column_<its place>`; a name the file itself uses is never given. */
export function resolveHeader(texts: readonly string[]): ResolvedHeader {
  const taken = new Set(texts);
  const seen = new Set<string>();
  const duplicates: string[] = [];
  const empty: string[] = [];
  const names = texts.map((text, index) => {
    if (text !== '' && !seen.has(text)) {
      seen.add(text);
      return text;
    }
    const name = text === '' ? free(`column_${index + 1}`, taken) : freeNumbered(text, taken);
    taken.add(name);
    (text === '' ? empty : duplicates).push(name);
    return name;
  });
  const findings: LayoutFinding[] = [];
  if (duplicates.length > 0) {
    const finding = `The header uses names more than once; the later fields are called ${listed(duplicates)}.`;
    findings.push({ code: 'duplicate_header', finding });
  }
  if (empty.length > 0) {
    const finding = `The header leaves fields without a name; they are called ${listed(empty)}.`;
    findings.push({ code: 'empty_header', finding });
  }
  return { names, findings };
}

function free(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeNumbered(name, taken) : name;
}

function freeNumbered(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const candidate = `${name}_${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** At most five names, the rest counted. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
