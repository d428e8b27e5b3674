import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * A named pipe that the engine writes a result into (`INTO OUTFILE`), so that the engine itself formats it as one
 * document, in any format, off the event loop, and waits when the reader is slow.
 */
export interface ResultPipe {
  readonly readable: Socket;
  /** Says that nothing more will be written: the reader then ends after what is still in the pipe. */
  close(): void;
}

/** Makes the named pipes that are missing. */
export function makePipes(paths: readonly string[]): void {
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length > 0) execFileSync('mkfifo', ['-m', '600', ...missing]);
}

/** Opens both ends; ours for writing keeps the reader from seeing an end before the statement has settled. */
export function openPipe(path: string): ResultPipe {
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const readable = new Socket({ fd: reader, readable: true, writable: false });
  return { readable, close: () => closeSync(writer) };
}
