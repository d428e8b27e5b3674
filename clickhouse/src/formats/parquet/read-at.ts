import { readSync } from 'node:fs';

/** Bytes of an open file. Throws RangeError when it has fewer. */
export function readAt(file: number, at: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  let got = 0;
  while (got < length) {
    const read = readSync(file, bytes, got, length - got, at + got);
    if (read === 0) throw new RangeError('the file ends before its bytes do');
    got += read;
  }
  return bytes;
}
