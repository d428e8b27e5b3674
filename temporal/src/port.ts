import { createServer } from 'node:net';

/** Ports that systems do not hand to connections going out: what is free here is not taken a moment later by one of those. */
const firstPort = 20_000;
const portsPerProcess = 40;
const shares = 300;

let taken = 0;

/**
 * A TCP port of the loopback interface that nobody listens on. Processes with other ids get other ports, and one process gets each again
 * only after many others, so that a server may stop and start on the port it was given.
 * @throws Error when every port of this process's share is in use
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < portsPerProcess; tries += 1) {
    const port = firstPort + (process.pid % shares) * portsPerProcess + (taken % portsPerProcess);
    taken += 1;
    if (await isPortFree(port)) return port;
  }
  throw new Error(`None of the ${portsPerProcess} ports of this process is free.`);
}

/** Whether a server could listen on this port of the loopback interface now. */
export async function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
