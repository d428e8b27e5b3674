export type Signature =
  | { readonly kind: 'parquet' }
  /** `sentence` says what the file is and what to do. */
  | { readonly kind: 'refused'; readonly sentence: string };

interface Known {
  readonly magic: RegExp;
  readonly is: string;
  readonly todo: string;
}

const unpack = 'unpack it and send the file inside';
const asTable = 'save its table as CSV, JSONL or Parquet';
const compressAgain = 'compress it with gzip or zstd instead';

/** First bytes (one letter each) of what people send by mistake; each too odd to be the start of a header line. */
const known: readonly Known[] = [
  { magic: /^PK\x03\x04/, is: 'a ZIP archive or an office document', todo: `${unpack}, or ${asTable}` },
  { magic: /^PK\x05\x06/, is: 'an empty ZIP archive', todo: unpack },
  { magic: /^%PDF-/, is: 'a PDF document', todo: asTable },
  { magic: /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/, is: 'compressed with bzip2', todo: compressAgain },
  { magic: /^\xfd7zXZ\0/, is: 'compressed with xz', todo: compressAgain },
  { magic: /^\]\0\0/, is: 'compressed with lzma', todo: compressAgain },
  { magic: /^\x04\x22\x4d\x18/, is: 'compressed with lz4', todo: compressAgain },
  { magic: /^\xff\x06\0\0sNaPpY/, is: 'compressed with snappy', todo: compressAgain },
  { magic: /^\x1f\x9d/, is: 'compressed with compress', todo: compressAgain },
  { magic: /^LZIP\x01/, is: 'compressed with lzip', todo: compressAgain },
  { magic: /^7z\xbc\xaf\x27\x1c/, is: 'a 7-Zip archive', todo: unpack },
  { magic: /^Rar!\x1a\x07/, is: 'a RAR archive', todo: unpack },
  { magic: /^[^]{257}ustar[\0 ]/, is: 'a tar archive', todo: unpack },
  {
    magic: /^PARE(?=[^]{0,8}[\0-\x08\x0e-\x1f])/,
    is: 'an encrypted Parquet file',
    todo: 'decrypt it before sending it',
  },
  { magic: /^ORC[\0-\x1f]/, is: 'an ORC file', todo: asTable },
  { magic: /^Obj\x01/, is: 'an Avro file', todo: asTable },
  { magic: /^ARROW1\0/, is: 'an Arrow file', todo: asTable },
  { magic: /^FEA1[\0-\x1f]/, is: 'a Feather file', todo: asTable },
  { magic: /^SQLite format 3\0/, is: 'an SQLite database', todo: asTable },
  { magic: /^\x89HDF\r\n\x1a\n/, is: 'an HDF5 file', todo: asTable },
  { magic: /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/, is: 'an old office document', todo: asTable },
  { magic: /^\{\\rtf/, is: 'a rich-text document', todo: asTable },
  { magic: /^(?:\x89PNG|\xff\xd8\xff|GIF8[79]a)/, is: 'a picture', todo: 'send the data file' },
  { magic: /^\x7fELF/, is: 'a program', todo: 'send the data file' },
];

/** Parquet begins with these four letters; a header line may, too, but holds no control characters then. */
const parquet = /^PAR1(?:$|[^]{0,8}[\0-\x08\x0e-\x1f])/;

/** Openings of markup, compared without case behind any blanks and a byte-order mark. */
const markup: readonly { readonly opening: string; readonly sentence: string }[] = [
  { opening: '<!doctype html', sentence: htmlPage() },
  { opening: '<html', sentence: htmlPage() },
  { opening: '<head', sentence: htmlPage() },
  { opening: '<body', sentence: htmlPage() },
  { opening: '<?xml', sentence: 'The file is XML, not JSONL, CSV or Parquet: convert it first.' },
];

function htmlPage(): string {
  return 'The file is an HTML page, perhaps an error page saved in place of the data: fetch the file again.';
}

/** What the first bytes of the (decompressed) content give away; undefined for anything that may be text. */
export function signatureOf(head: Buffer, compressed: boolean): Signature | undefined {
  const text = head.toString('latin1', 0, 1024);
  if (parquet.test(text)) return { kind: 'parquet' };
  const nested = text.startsWith('\x1f\x8b') ? 'gzip' : text.startsWith('\x28\xb5\x2f\xfd') ? 'zstd' : undefined;
  if (nested !== undefined && compressed) {
    return { kind: 'refused', sentence: `The file is ${nested} data inside compressed data: only one layer is read.` };
  }
  const found = known.find(({ magic }) => magic.test(text));
  if (found !== undefined) return { kind: 'refused', sentence: `The file is ${found.is}: ${found.todo}.` };
  const opening = text.replace(/^(?:\xef\xbb\xbf)?[ \t\r\n]*/, '').toLowerCase();
  const page = markup.find((entry) => opening.startsWith(entry.opening));
  return page === undefined ? undefined : { kind: 'refused', sentence: page.sentence };
}
