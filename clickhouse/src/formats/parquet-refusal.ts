import type { ParquetMessage } from './parquet-messages.ts';
import type { ParquetLimits } from './read-limits.ts';
import { RefusedFile } from './refused-file.ts';

type Failed = Extract<ParquetMessage, { kind: 'failed' }>;
type OverLimit = Extract<ParquetMessage, { kind: 'over_limit' }>;

/** The refusal for what the engine said about a file at `path`. */
export function engineRefusal({ message }: Failed, path: string, limits: ParquetLimits): RefusedFile {
  const text = sentence(message.replaceAll(path, 'the file'));
  if (/encrypt|decrypt/i.test(text)) {
    return new RefusedFile('encrypted', `The Parquet file is encrypted: decrypt it before sending it. (${text})`);
  }
  if (/bad_alloc|memory limit|Cannot allocate memory/i.test(text)) {
    return new RefusedFile(
      'limit',
      `Reading the Parquet file takes more than ${limits.memory_bytes_max} bytes of memory, the limit memory_bytes_max of this source; it may be damaged.`,
    );
  }
  if (/unsupported|not supported|not implemented|unexpected logical/i.test(text)) {
    return new RefusedFile('unsupported', `The Parquet file uses something Assay cannot read: ${text}.`);
  }
  return new RefusedFile('damaged', `The Parquet file is damaged: ${text}.`);
}

export function limitRefusal({ limit, found, allowed }: OverLimit): RefusedFile {
  const what = limit === 'rows_max' ? 'rows' : limit === 'columns_max' ? 'columns' : 'bytes without compression';
  return new RefusedFile(
    'limit',
    `The Parquet file has ${found} ${what}; the limit ${limit} of this source is ${allowed}.`,
  );
}

/** The refusal for a process that ended without a word. */
export function crashRefusal(signal: NodeJS.Signals | null, limits: ParquetLimits): RefusedFile {
  if (signal === 'SIGXCPU') {
    return new RefusedFile(
      'limit',
      `Reading the Parquet file took more than ${limits.cpu_seconds_max} s of processor time, the limit cpu_seconds_max of this source.`,
    );
  }
  return new RefusedFile('crashed', `The reader crashed on this file${signal === null ? '' : ` (${signal})`}.`);
}

/** The engine's own words without code, class, and the places it went through. */
function sentence(message: string): string {
  return message
    .replace(/^[^]*DB::Exception: /, '')
    .replace(/^(?:[\w:]+Exception: )+/, '')
    .replace(/SchemaElement\([^]*?\bname=(.*?), num_children=[^]*$/, 'column $1')
    .replace(/: read stage: \w+: column: (.*?)(?=:? \(|$)[^]*$/, ' (column $1)')
    .replace(/:? ?\((?:in file\/uri|while )[^]*$/i, '')
    .replace(/: While executing [^]*$/i, '')
    .replace(/\s*\(version [^]*$/, '')
    .replace(/\s*\([A-Z_]+\)[\s.]*$/, '')
    .replace(
      /^Cannot add column (.*?)\s*: column with this name already exists$/,
      'unsupported: two columns are called $1',
    )
    .replace(/[\s.:]+$/, '')
    .slice(0, 500);
}
