import type { ParquetMessage } from './messages.ts';
import type { ParquetLimits } from '../read-limits.ts';
import { RefusedFile } from '../refused-file.ts';

type Failed = Extract<ParquetMessage, { kind: 'failed' }>;
type OverLimit = Extract<ParquetMessage, { kind: 'over_limit' }>;

/** The refusal for what the engine said about a file at `path`. */
export function engineRefusal({ message }: Failed, path: string, limits: ParquetLimits): RefusedFile {
  const text = sentence(message.replaceAll(path, 'the file'));
  const unusable = unusableSchema(text);
  if (unusable !== undefined) return new RefusedFile('unsupported', unusable);
  const about = text.replace(/\bcolumn [^]*$/, '');
  if (/encrypt|decrypt/i.test(about)) {
    return new RefusedFile('encrypted', 'The Parquet file has encrypted columns: decrypt it before sending it.');
  }
  if (/bad_alloc|memory limit|Cannot allocate memory/i.test(about)) {
    return new RefusedFile(
      'limit',
      `Reading the Parquet file takes more than ${limits.memory_bytes_max} bytes of memory, the limit memory_bytes_max of Parquet files: write it with smaller row groups, or send the table as CSV or JSONL.`,
    );
  }
  if (/unsupported|unknown type|not supported|not implemented/i.test(about)) {
    return new RefusedFile(
      'unsupported',
      `The Parquet file uses something Assay cannot read: ${text}. Leave that out, or send the table as CSV or JSONL.`,
    );
  }
  return new RefusedFile('damaged', `The Parquet file is damaged: ${text}. Write it anew and send it again.`);
}

/** The sentence for a sound file whose columns cannot be told apart, or are none. */
function unusableSchema(text: string): string | undefined {
  const [, column] = /^two columns are called ([^]*)$/.exec(text) ?? [];
  if (column !== undefined) return `Two columns of the Parquet file are called ${column}: give each a name of its own.`;
  const [, field] = /^Names of tuple elements must be unique\. Duplicate name: ([^]*)$/.exec(text) ?? [];
  if (field !== undefined) {
    return `Two fields of a struct in the Parquet file are called ${field}: give each a name of its own.`;
  }
  if (text === 'a column has no name') return 'A column of the Parquet file has no name: give it one.';
  if (text.startsWith('Names of tuple elements cannot be empty')) {
    return 'A field of a struct in the Parquet file has no name: give it one.';
  }
  return text === 'Parquet file has no columns'
    ? 'The Parquet file has no columns, so there is nothing to load.'
    : undefined;
}

/** The refusal for a file that claims more than it may have. */
export function limitRefusal({ limit, found, allowed }: OverLimit): RefusedFile {
  const what = limit === 'rows_max' ? 'rows' : limit === 'columns_max' ? 'columns' : 'bytes without compression';
  return new RefusedFile(
    'limit',
    `The Parquet file has ${found} ${what}; the limit ${limit} of ${limit === 'columns_max' ? 'Parquet files' : 'this source'} is ${allowed}.`,
  );
}

/** The refusal for a process that ended without a word. */
export function crashRefusal(signal: NodeJS.Signals | null, limits: ParquetLimits): RefusedFile {
  if (signal === 'SIGXCPU') {
    return new RefusedFile(
      'limit',
      `Reading the Parquet file took more than ${limits.cpu_seconds_max} s of processor time, the limit cpu_seconds_max of Parquet files: send it in parts.`,
    );
  }
  return new RefusedFile(
    'crashed',
    `The reader crashed on this Parquet file${signal === null ? '' : ` (${signal})`}. It may be damaged: write it anew and send it again.`,
  );
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
    .replace(/^Unexpected logical\/converted type: (column .*)$/, 'the unknown type of $1')
    .replace(
      /^[^]*(?:deserialize thrift|TProtocolException|don't know what type|std::\w+_error)[^]*$/i,
      'its metadata cannot be understood',
    )
    .replace(/[\s.:]+$/, '')
    .replace(/\p{Cc}/gu, '\ufffd')
    .slice(0, 500);
}
