import { firstInvalidUtf8 } from './invalid-utf8.ts';
import { looksLikeJsonl } from './looks-like-jsonl.ts';
import { RefusedFile } from './refused-file.ts';
import { signatureOf } from './signatures.ts';
import { unmarkedEncoding } from './text-encoding.ts';

export type FileFormat = 'jsonl' | 'csv' | 'parquet';

/** `empty`: nothing but blanks, a load of no records. */
export type Detected = { readonly kind: 'empty' } | { readonly kind: 'format'; readonly format: FileFormat };

export interface Content {
  /** The first bytes, decompressed, as UTF-8 when they are text. */
  readonly head: Buffer;
  /** Whether these are all bytes. */
  readonly whole: boolean;
  /** Whether they came out of a gzip or zstd file. */
  readonly compressed: boolean;
}

const blanks = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * Tells a file's format by its content; what the source declares decides between text formats.
 * Throws RefusedFile with one sentence for content that is none of them, declared or not.
 */
export function detectFormat(content: Content, declared?: FileFormat): Detected {
  const text = withoutMark(content.head);
  if (content.whole && text.every((byte) => blanks.has(byte))) return { kind: 'empty' };

  const signature = signatureOf(content.head, content.compressed);
  if (signature?.kind === 'refused') throw refused(signature.sentence, content.head);
  if (signature?.kind === 'parquet') {
    if (declared === undefined || declared === 'parquet') return { kind: 'format', format: 'parquet' };
    throw refused(`The file is Parquet, but this source declares ${names[declared]}.`, content.head);
  }
  if (declared === 'parquet') {
    throw refused('The file is not Parquet, which this source declares: it does not begin with PAR1.', content.head);
  }
  refuseBinary(content.head);

  const shape = looksLikeJsonl(text, content.whole);
  if (declared === 'csv') return { kind: 'format', format: 'csv' };
  if (shape.kind === 'refused') throw refused(shape.sentence, content.head);
  if (shape.kind === 'jsonl') return { kind: 'format', format: 'jsonl' };
  if (declared === 'jsonl') {
    throw refused('The file is not JSONL: none of its first lines is a JSON object.', content.head);
  }
  return { kind: 'format', format: 'csv' };
}

const names: Readonly<Record<FileFormat, string>> = { jsonl: 'JSONL', csv: 'CSV', parquet: 'Parquet' };

/** Refuses bytes that are no text, and text in an encoding nobody marked: one sentence instead of a reject per line. */
function refuseBinary(head: Buffer): void {
  const encoding = unmarkedEncoding(head);
  if (encoding !== undefined) {
    throw new RefusedFile(
      'encoding',
      `The file looks like ${encoding.toUpperCase()} text without a byte-order mark: save it as UTF-8.`,
      { shows: beginning(head) },
    );
  }
  const sample = head.subarray(0, 64 * 1024);
  let controls = 0;
  for (const byte of sample) if (byte < 0x20 && !blanks.has(byte) && byte !== 0x0c && byte !== 0x1b) controls++;
  let invalid = 0;
  for (let at = firstInvalidUtf8(sample, 0, sample.length); at !== -1;) {
    // A character that the sample cuts is not wrong.
    if (sample.length < head.length && sample.length - at < 4) break;
    invalid++;
    at = firstInvalidUtf8(sample, at + 1, sample.length);
  }
  if (controls > sample.length / 20) {
    throw refused('The file is binary data of a kind Assay does not know, not JSONL, CSV or Parquet.', head);
  }
  if (invalid > sample.length / 10) {
    throw new RefusedFile(
      'encoding',
      'The file is not UTF-8 text; it may be in an older encoding such as Windows-1251 or Shift JIS: save it as UTF-8.',
      { shows: beginning(head) },
    );
  }
}

function withoutMark(head: Buffer): Buffer {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head.subarray(3) : head;
}

function refused(sentence: string, head: Buffer): RefusedFile {
  return new RefusedFile('content', sentence, { shows: beginning(head) });
}

/** The first 80 bytes, everything but printable ASCII escaped; less when more than 16 of them are. */
function beginning(head: Buffer): string {
  let shown = '';
  let escaped = 0;
  for (const byte of head.subarray(0, 80)) {
    if (byte >= 0x20 && byte < 0x7f) {
      shown += String.fromCharCode(byte);
      continue;
    }
    escaped += 1;
    if (escaped > 16) return `It begins with: ${shown}…`;
    shown += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `It begins with: ${shown}`;
}
