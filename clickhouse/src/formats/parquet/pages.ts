import type { LeafPages } from './footer.ts';
import { readAt } from './read-at.ts';
import { readThrift, type ThriftStruct } from './thrift-compact.ts';

const headerBytes_max = 16 * 1024 * 1024;
const headerBytes_first = 4096;
const pageBytes_max = 1024 ** 3;

/** A page of a column, which lies behind its header. */
export interface Page {
  readonly header: ThriftStruct;
  /** Where the header lies in the file, and its bytes. */
  readonly at: number;
  readonly headerBytes: Uint8Array;
  /** How long the page itself is. */
  readonly bytes: number;
}

/** The page of the first version, whose levels are packed with its values. */
export const dataPage = (header: ThriftStruct): ThriftStruct | undefined =>
  header.int(1) === 0 ? header.struct(5) : undefined;

/** The page of the second version, whose levels are not packed. */
export const dataPageV2 = (header: ThriftStruct): ThriftStruct | undefined =>
  header.int(1) === 3 ? header.struct(8) : undefined;

/** The pages of a leaf in one row group. Throws RangeError for headers that are damaged. */
export function* pagesIn(file: number, pages: LeafPages): Generator<Page> {
  let at = pages.from;
  for (let values = 0; values < pages.values;) {
    const page = readPage(file, at, pages);
    const { header } = page;
    at += page.headerBytes.length + page.bytes;
    const data = dataPage(header) ?? dataPageV2(header);
    if (data !== undefined) values += sizeOf(data.int(1));
    yield page;
  }
}

/** A size that a page may have. Throws RangeError for another one. */
export function sizeOf(value: number | undefined): number {
  if (value === undefined || value < 0 || value > pageBytes_max) throw new RangeError('a page has no size');
  return value;
}

/** Statistics in it can make a header long. */
function readPage(file: number, at: number, pages: LeafPages): Page {
  const left = pages.from + pages.bytes - at;
  for (let size = headerBytes_first; ; size *= 16) {
    const bytes = readAt(file, at, Math.max(0, Math.min(size, left)));
    try {
      const { struct: header, end } = readThrift(bytes);
      return { header, at, headerBytes: bytes.subarray(0, end), bytes: sizeOf(header.int(3)) };
    } catch (cause) {
      if (size >= headerBytes_max || size >= left) throw cause;
    }
  }
}
