import { familyOf } from './column.ts';
import { formatColumnType, parseColumnType } from './column-type.ts';
import { quoteName, quoteNames } from './name.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import type { SourceDocument } from './spec.ts';
import { epochFormats } from './timestamp-format.ts';

/** What contradicts itself in a source document although each of its fields is right alone. Rules are tried elsewhere. */
export function sourceProblems(document: SourceDocument): Problem[] {
  return [
    ...ofOtherFormats(document),
    ...eventTimeProblems(document),
    ...keyProblems(document),
    ...columnProblems(document),
  ];
}

function ofOtherFormats({ format, delimiter, header }: SourceDocument): Problem[] {
  if (format === null || format === 'csv') return [];
  const csvOnly = [['delimiter', delimiter] as const, ['header', header] as const];
  return csvOnly.flatMap(([field, value]) =>
    value === null
      ? []
      : [{ path: [field], message: `\`${field}\` is for CSV, and \`format\` is ${format}: leave one of them out` }],
  );
}

function eventTimeProblems({ event_time, columns }: SourceDocument): Problem[] {
  if (event_time === null) return [];
  const column = columns.find(({ name }) => name === event_time);
  if (!column) return misspelt(['event_time'], event_time, columns);
  const type = column.type === null ? undefined : parseColumnType(column.type);
  if (!type || ['date', 'time'].includes(familyOf(type))) return [];
  const times = columns.filter((other) => isTime(other.type)).map(({ name }) => name);
  const fitting =
    times.length === 0 ? 'declare it as DateTime64(3) or Date' : `${quoteNames(times.slice(0, 5))} would fit`;
  const message = `\`event_time\`: column ${quoteName(event_time)} is ${formatColumnType(type)}, not a date or time; ${fitting}`;
  return [{ path: ['event_time'], message }];
}

function keyProblems({ key, columns }: SourceDocument): Problem[] {
  return key.flatMap((name, place) => misspelt(['key', place], name, columns));
}

function columnProblems({ columns }: SourceDocument): Problem[] {
  return columns.flatMap(({ name, type, timestamp_format: format }) => {
    const what = format === null ? undefined : formatProblem(type, format);
    if (what === undefined) return [];
    const is = type === null ? 'has no type' : `is ${type}`;
    const message = `${what}, and column ${quoteName(name)} ${is}: leave it out, or make the column a DateTime64(3)`;
    return [{ path: ['columns', name, 'timestamp_format'], message }];
  });
}

/** Why a column of this type cannot be read with a format; a file that decides the type knows only ISO 8601. */
function formatProblem(type: string | null, format: string): string | undefined {
  if (!isTime(type)) return '`timestamp_format` is for dates and times';
  const isDay = type !== null && parseColumnType(type)?.kind === 'date';
  return isDay && Object.hasOwn(epochFormats, format) ? `\`timestamp_format: ${format}\` counts time` : undefined;
}

/** A name that is not declared may still come with a file, unless it looks like one that is declared. */
function misspelt(path: Problem['path'], name: string, columns: SourceDocument['columns']): Problem[] {
  const names = columns.map((column) => column.name);
  const near = names.includes(name) ? undefined : nearest(name, names);
  if (near === undefined) return [];
  const [field] = path;
  const message = `\`${String(field)}\`: column ${quoteName(name)} does not exist, did you mean ${quoteName(near)}?`;
  return [{ path, message }];
}

function isTime(text: string | null): boolean {
  const type = text === null ? undefined : parseColumnType(text);
  return type !== undefined && ['date', 'time'].includes(familyOf(type));
}
