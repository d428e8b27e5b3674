import { availableParallelism, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';

const GIB = 1024 ** 3;
const bytes = z.coerce.number().int().positive();

/** Settings of the engine process. */
export const engineEnv = z.object({
  ASSAY_DATA_DIR: z
    .string()
    .min(1)
    .default('.assay')
    .transform((folder) => resolve(folder))
    .describe('Folder of everything Assay keeps on this machine.'),
  ASSAY_ENGINE_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(4401)
    .describe('Loopback port of the embedded engine; 0 takes a free one.'),
  ASSAY_ENGINE_SESSIONS: z.coerce
    .number()
    .int()
    .min(3)
    .max(128)
    .optional()
    .describe('Statements the embedded engine runs at the same time; twice the cores, at least 8, when not set.'),
  ASSAY_ENGINE_QUEUE: z.coerce
    .number()
    .int()
    .min(0)
    .default(256)
    .describe('Statements that may wait for a session before the embedded engine answers 503.'),
  ASSAY_ENGINE_MEMORY_BYTES: bytes
    .optional()
    .describe('Memory limit of the embedded engine; 40 % of the machine, at most 8 GiB, when not set.'),
  ASSAY_ENGINE_QUERY_MEMORY_BYTES: bytes
    .optional()
    .describe('Memory limit of one statement in the embedded engine; half of the engine’s when not set.'),
  ASSAY_ENGINE_SPOOL_FLOOR_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(GIB / 2)
    .describe('Free disk space that a request body must leave; a bigger one is refused with HTTP 507.'),
  ASSAY_ENGINE_STREAM_IDLE_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(120_000)
    .describe('A result whose reader takes nothing for so long is cut.'),
  ASSAY_ENGINE_TIED: z
    .stringbool()
    .default(false)
    .describe('Whether the embedded engine stops when its standard input ends, as it does when its parent is gone.'),
});
export type EngineEnv = z.infer<typeof engineEnv>;

/** What the engine process works with: its settings, with what was left open filled in for this machine. */
export interface EngineOptions {
  readonly data_dir: string;
  readonly port: number;
  readonly sessions: number;
  readonly queue_max: number;
  readonly memory_bytes: number;
  readonly query_memory_bytes: number;
  readonly spool_floor_bytes: number;
  readonly stream_idle_ms: number;
}

/** What the engine takes of its settings; those that nobody set follow the size of the machine. */
export function engineOptions(env: EngineEnv): EngineOptions {
  const memory = env.ASSAY_ENGINE_MEMORY_BYTES ?? Math.min(8 * GIB, Math.floor(machineMemory() * 0.4));
  return {
    data_dir: env.ASSAY_DATA_DIR,
    port: env.ASSAY_ENGINE_PORT,
    sessions: env.ASSAY_ENGINE_SESSIONS ?? Math.max(8, 2 * availableParallelism()),
    queue_max: env.ASSAY_ENGINE_QUEUE,
    memory_bytes: memory,
    query_memory_bytes: env.ASSAY_ENGINE_QUERY_MEMORY_BYTES ?? Math.floor(memory / 2),
    spool_floor_bytes: env.ASSAY_ENGINE_SPOOL_FLOOR_BYTES,
    stream_idle_ms: env.ASSAY_ENGINE_STREAM_IDLE_MS,
  };
}

/** Threads that the library's calls and Node's own file work need: a running statement holds one. */
export function threadsNeeded(options: EngineOptions): number {
  return options.sessions + 5;
}

function machineMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
