import { open } from 'node:fs/promises';
import { RefusedFile } from '../refused-file.ts';

const magic = 'PAR1';
const encryptedMagic = 'PARE';
const smallest = 12;

/** Looks at both ends of a Parquet file, so that the usual damages get a sentence of their own. Throws RefusedFile. */
export async function checkParquetFrame(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(4);
    const tail = Buffer.alloc(8);
    await file.read(head, 0, 4, 0);
    await file.read(tail, 0, 8, Math.max(0, size - 8));
    const end = tail.toString('latin1', 4);
    if (head.toString('latin1') === encryptedMagic || end === encryptedMagic) {
      throw new RefusedFile('encrypted', 'The Parquet file is encrypted: decrypt it before sending it.');
    }
    if (head.toString('latin1') !== magic) {
      throw new RefusedFile('content', 'The file is not Parquet: it does not begin with PAR1.');
    }
    if (size < smallest || end !== magic) {
      throw new RefusedFile(
        'damaged',
        `The Parquet file is cut or overwritten: its ${size} bytes do not end with PAR1. Send the whole file again.`,
      );
    }
    const footer = tail.readUInt32LE(0);
    if (footer > size - smallest) {
      throw new RefusedFile(
        'damaged',
        `The Parquet file is damaged: its footer claims ${footer} bytes, more than the whole file of ${size} has. Write it anew and send it again.`,
      );
    }
  } finally {
    await file.close();
  }
}
