import { setTimeout as delay } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { msToTs } from '@temporalio/common/lib/time.js';

/** The only kind of search attribute Assay uses. */
const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;

/** What gRPC answers with for something that is not there. */
const absent: ReadonlySet<number> = new Set([5]);
const asked_again_ms = 250;

export type Namespace = { address: string; namespace: string };

/**
 * Waits until the server answers for the namespace: a service that is being set up answers before it has one.
 * @throws a sentence when it does not within `timeout_ms`
 */
export async function untilServing({ address, namespace }: Namespace, timeout_ms: number): Promise<void> {
  const givesUpAt_ms = performance.now() + timeout_ms;
  await withConnection(address, timeout_ms, async ({ workflowService }) => {
    for (;;) {
      try {
        await workflowService.describeNamespace({ namespace });
        return;
      } catch (error) {
        if (!isGrpcServiceError(error) || !absent.has(error.code)) throw error;
        if (performance.now() + asked_again_ms > givesUpAt_ms)
          throw new Error(
            `Temporal at ${address} has no namespace ${namespace}: create it there, or set TEMPORAL_NAMESPACE to one it has.`,
            { cause: error },
          );
      }
      await delay(asked_again_ms);
    }
  });
}

/** Keeps closed runs for `retention_days` from now on. */
export async function setRetention({ address, namespace }: Namespace, retention_days: number): Promise<void> {
  await withConnection(address, 10_000, async ({ workflowService }) => {
    const workflowExecutionRetentionTtl = msToTs(`${retention_days} days`);
    await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
  });
}

/** The names of the search attributes that were registered with the namespace. */
export async function searchAttributesOf({ address, namespace }: Namespace): Promise<string[]> {
  let names: string[] = [];
  await withConnection(address, 10_000, async ({ operatorService }) => {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    names = Object.keys(customAttributes);
  });
  return names;
}

/** Registers the keyword search attributes that the namespace does not have yet. */
export async function registerSearchAttributes(
  { address, namespace }: Namespace,
  names: readonly string[],
): Promise<void> {
  const known = await searchAttributesOf({ address, namespace });
  const missing = names.filter((name) => !known.includes(name));
  if (missing.length === 0) return;
  await withConnection(address, 10_000, async ({ operatorService }) => {
    const searchAttributes = Object.fromEntries(missing.map((name) => [name, keyword]));
    await operatorService.addSearchAttributes({ namespace, searchAttributes });
  });
}

/** Uses a connection and closes it, whatever became of it. Throws when there is none within `timeout_ms`. */
export async function withConnection(
  address: string,
  timeout_ms: number,
  use: (connection: Connection) => Promise<void>,
): Promise<void> {
  const connection = await Connection.connect({
    address,
    connectTimeout: timeout_ms,
    // A server that is starting refuses at first: ask again in tenths of seconds, not with the default second.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 250 },
  }).catch((error: unknown) => {
    throw new Error(`Temporal at ${address} does not answer: ${String(error)}.`, { cause: error });
  });
  try {
    await connection.withDeadline(Date.now() + timeout_ms, async () => use(connection));
  } finally {
    await connection.close();
  }
}
