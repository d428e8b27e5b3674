/** How a text file's characters are written. Everything but UTF-8 is rewritten as UTF-8 before it is read. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** What the byte-order mark says; without one, UTF-8. */
export function detectEncoding(head: Uint8Array): TextEncoding {
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';
  return 'utf-8';
}

/**
 * Names UTF-16 or UTF-32 text that has no byte-order mark, by the zero bytes Latin letters have there.
 * Such a file is refused by that name, because guessing the byte order of every file would be wrong for some.
 */
export function unmarkedEncoding(head: Uint8Array): TextEncoding | undefined {
  const zeros = [0, 0, 0, 0];
  const length = Math.min(head.length, 4096) & ~3;
  for (let i = 0; i < length; i++) if (head[i] === 0) zeros[i & 3] = (zeros[i & 3] ?? 0) + 1;
  const share = (lane: number) => (length < 8 ? 0 : (zeros[lane] ?? 0) / (length / 4));
  const mostly = (...lanes: number[]) => lanes.every((lane) => share(lane) > 0.7);
  const hardly = (...lanes: number[]) => lanes.every((lane) => share(lane) < 0.1);
  if (mostly(1, 2, 3) && hardly(0)) return 'utf-32le';
  if (mostly(0, 1, 2) && hardly(3)) return 'utf-32be';
  if (mostly(1, 3) && hardly(0, 2)) return 'utf-16le';
  if (mostly(0, 2) && hardly(1, 3)) return 'utf-16be';
  return undefined;
}

/**
 * Rewrites UTF-16 or UTF-32 as UTF-8, chunk by chunk. What is no character there (a lone surrogate, a number past
 * U+10FFFF, a cut unit at the end) becomes bytes that are no UTF-8 either, so that exactly its record is rejected.
 */
export async function* asUtf8(chunks: AsyncIterable<Buffer>, encoding: TextEncoding): AsyncGenerator<Buffer, void> {
  const unitBytes = encoding.startsWith('utf-16') ? 2 : 4;
  const readUnit = unitReader(encoding);
  let kept = Buffer.alloc(0);
  let high = 0;
  for await (const chunk of chunks) {
    const input = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    const whole = input.length - (input.length % unitBytes);
    // A unit of two bytes becomes at most three; one kept surrogate may add three.
    const output = Buffer.allocUnsafe((whole / unitBytes) * 4 + 4);
    let length = 0;
    for (let at = 0; at < whole; at += unitBytes) {
      let code = readUnit(input, at);
      if (unitBytes === 2 && high !== 0) {
        if (code >= 0xdc00 && code <= 0xdfff) {
          code = 0x10000 + ((high - 0xd800) << 10) + (code - 0xdc00);
        } else {
          length = writeCode(output, length, high);
        }
        high = 0;
      }
      if (unitBytes === 2 && code >= 0xd800 && code <= 0xdbff) high = code;
      else length = writeCode(output, length, code);
    }
    kept = Buffer.from(input.subarray(whole));
    if (length > 0) yield output.subarray(0, length);
  }
  const end = Buffer.allocUnsafe(8);
  let length = high === 0 ? 0 : writeCode(end, 0, high);
  if (kept.length > 0) end[length++] = 0xff;
  if (length > 0) yield end.subarray(0, length);
}

function unitReader(encoding: TextEncoding): (bytes: Buffer, at: number) => number {
  switch (encoding) {
    case 'utf-16le':
      return (bytes, at) => bytes.readUInt16LE(at);
    case 'utf-16be':
      return (bytes, at) => bytes.readUInt16BE(at);
    case 'utf-32le':
      return (bytes, at) => bytes.readUInt32LE(at);
    case 'utf-32be':
    case 'utf-8':
      return (bytes, at) => bytes.readUInt32BE(at);
  }
}

/** Surrogates are written in the three-byte form that UTF-8 forbids. */
function writeCode(output: Buffer, at: number, code: number): number {
  let length = at;
  if (code < 0x80) {
    output[length++] = code;
  } else if (code < 0x800) {
    output[length++] = 0xc0 | (code >> 6);
    output[length++] = 0x80 | (code & 0x3f);
  } else if (code < 0x10000) {
    output[length++] = 0xe0 | (code >> 12);
    output[length++] = 0x80 | ((code >> 6) & 0x3f);
    output[length++] = 0x80 | (code & 0x3f);
  } else if (code < 0x110000) {
    output[length++] = 0xf0 | (code >> 18);
    output[length++] = 0x80 | ((code >> 12) & 0x3f);
    output[length++] = 0x80 | ((code >> 6) & 0x3f);
    output[length++] = 0x80 | (code & 0x3f);
  } else {
    output[length++] = 0xff;
  }
  return length;
}
