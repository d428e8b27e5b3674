/** The engine process. It prints one JSON line when it is ready, and stops on SIGTERM or SIGINT. */
import { z } from 'zod';
import { openEngine } from './engine.ts';
import { engineEnv, engineOptions, threadsNeeded } from './env.ts';
import { watchMemory } from './memory.ts';
import { serve } from './server.ts';

const GRACE_MS = 5_000;

const env = engineEnv.safeParse(process.env);
if (!env.success) {
  process.stderr.write(`The engine cannot start, a setting is wrong:\n${z.prettifyError(env.error)}\n`);
  process.exit(2);
}
const options = engineOptions(env.data);

// The size of the pool is fixed once it is first used, so this process begins again with enough threads.
const threads = threadsNeeded(options);
if (!(Number(process.env['UV_THREADPOOL_SIZE'] ?? 4) >= threads)) {
  process.removeAllListeners('warning');
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    UV_THREADPOOL_SIZE: String(threads),
  });
  process.stderr.write(`The engine cannot start: set UV_THREADPOOL_SIZE to ${threads} or more.\n`);
  process.exit(2);
}

try {
  const engine = await openEngine(options);
  const server = await serve(engine, options);
  const memory = watchMemory(engine.canceller, options.memory_bytes, (event) => {
    process.stderr.write(`${JSON.stringify(event)}\n`);
  });
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    memory.stop();
    await server.stop(GRACE_MS);
    await engine.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  if (env.data.ASSAY_ENGINE_TIED) process.stdin.on('end', () => void stop()).resume();
  process.stdout.write(`${JSON.stringify({ event: 'ready', url: server.url, pid: process.pid })}\n`);
} catch (cause) {
  const text = cause instanceof Error ? cause.message : String(cause);
  const sentence = text.includes('EADDRINUSE')
    ? `port ${options.port} is taken. Stop what uses it, or set ASSAY_ENGINE_PORT.`
    : text;
  process.stderr.write(`The engine cannot start: ${sentence}\n`);
  process.exit(1);
}
