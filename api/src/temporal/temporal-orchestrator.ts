import { nextGeneration } from '@assay/clickhouse';
import {
  fileWorkflowId,
  startFile,
  startRecheck,
  startReload,
  taskQueues,
  type IncidentView,
  searchAttributes,
} from '@assay/workflows';
import { applyRetention, decidePublication, editSource, sweepStored } from '@assay/workflows/client';
import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { z } from 'zod';
import type { Orchestrator } from '../orchestrator.ts';
import { RequestProblem } from '../problem.ts';
import { describeQueue } from './describe-queue.ts';
import { isTimeUp, toTemporalProblem } from './temporal-problem.ts';

/** A person waits no longer than this for a workflow to answer. */
const patience_ms = 10_000;
/** A heartbeat is what tells an activity to stop; it comes within ten seconds. */
const stopPatience_ms = 20_000;
/** A page is drawn without the workflow's view when that takes longer. */
const viewPatience_ms = 1_500;

/** Counting what the engine holds of every source takes a while. */
const upkeepPatience_ms = 240_000;

const memo = z.object({ load_id: z.string() });

/** The orchestrator on a Temporal service. Connects on first use, so that the API starts and receives files without it. */
export function connectOrchestrator(options: { address: string; namespace: string }): Orchestrator {
  const { address, namespace } = options;
  const connection = Connection.lazy({
    address,
    connectTimeout: 3_000,
    // A moment of absence is bridged; after about a second somebody who waits is told instead.
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: 4 }))],
  });
  const client = new Client({ connection, namespace });

  async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
    try {
      return await connection.withDeadline(Date.now() + ms, work);
    } catch (error) {
      throw toTemporalProblem(error);
    }
  }

  const orchestrator: Orchestrator = {
    startFile: (load) =>
      within(patience_ms, async () => {
        const workflow_id = fileWorkflowId(load);
        try {
          const started = await client.workflow.start('checkFile', startFile(load));
          return { load_id: load.load_id, workflow_id, run_id: started.firstExecutionRunId, duplicate: false };
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
          const there = await client.workflow.getHandle(workflow_id).describe();
          const { load_id } = memo.parse(there.memo ?? {});
          return { load_id, workflow_id, run_id: there.runId, duplicate: load_id !== load.load_id };
        }
      }),

    editSource: (call) => within(patience_ms, () => editSource(client, call)),

    decide: (call) => within(patience_ms, () => decidePublication(client, call)),

    recheck: (load, version) =>
      within(patience_ms, async () => {
        const start = startRecheck({ load, generation: nextGeneration(version) });
        try {
          await client.workflow.start('recheckLoad', start);
          return start.workflowId;
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
          throw new RequestProblem('conflict', `Load ${load.load_id} is being checked again already.`, {
            cause: error,
          });
        }
      }),

    reload: (load, version) =>
      within(patience_ms, async () => {
        const start = startReload({ load, generation: nextGeneration(version) });
        try {
          await client.workflow.start('reloadLoad', start);
          return start.workflowId;
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
          const message = `Load ${load.load_id} is being loaded or checked again already.`;
          throw new RequestProblem('conflict', message, { cause: error });
        }
      }),

    sweep: (input) => within(upkeepPatience_ms, () => sweepStored(client, input)),

    retain: (input) => within(upkeepPatience_ms, () => applyRetention(client, input)),

    actOnIncident: (workflow_id, act, updateId) =>
      within(patience_ms, () =>
        client.workflow
          .getHandle(workflow_id)
          .executeUpdate<IncidentView, [unknown]>(act.transition, { args: [act.input], updateId }),
      ),

    async viewIncident(workflow_id) {
      try {
        return await within(viewPatience_ms, () =>
          client.workflow.getHandle(workflow_id).query<IncidentView | null>('view'),
        ).then((view) => view ?? undefined);
      } catch (error) {
        // The projection holds the same answer, a moment older.
        if (error instanceof RequestProblem && error.code !== 'internal') return undefined;
        throw error;
      }
    },

    runningFor: ({ tenant, source }) =>
      within(patience_ms, async () => {
        const query = `${searchAttributes.tenant.name} = '${tenant}' AND ${searchAttributes.source.name} = '${source}' AND ExecutionStatus = 'Running'`;
        const found: string[] = [];
        for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
        return found;
      }),

    async stop(workflow_ids, reason) {
      const handles = workflow_ids.map((workflow_id) => client.workflow.getHandle(workflow_id));
      for (const handle of handles) await unlessEnded(within(patience_ms, () => handle.cancel()));
      const until = Date.now() + stopPatience_ms;
      for (const handle of handles) {
        if (await orchestrator.hasEnded(handle.workflowId, Math.max(1, until - Date.now()))) continue;
        await unlessEnded(within(patience_ms, () => handle.terminate(reason)));
      }
    },

    async hasEnded(workflow_id, patience_ms) {
      try {
        await connection.withDeadline(Date.now() + patience_ms, () => client.workflow.getHandle(workflow_id).result());
        return true;
      } catch (error) {
        if (error instanceof WorkflowFailedError || error instanceof WorkflowNotFoundError) return true;
        if (isTimeUp(error)) return false;
        throw toTemporalProblem(error);
      }
    },

    queues: () =>
      within(patience_ms, () =>
        Promise.all(Object.values(taskQueues).map((queue) => describeQueue(connection, namespace, queue))),
      ),

    async reachable() {
      try {
        await within(viewPatience_ms, () => connection.workflowService.describeNamespace({ namespace }));
        return true;
      } catch (error) {
        if (error instanceof RequestProblem) return false;
        throw error;
      }
    },

    close: () => connection.close(),
  };
  return orchestrator;
}

async function unlessEnded(ending: Promise<unknown>): Promise<void> {
  try {
    await ending;
  } catch (error) {
    if (!(error instanceof RequestProblem && error.cause instanceof WorkflowNotFoundError)) throw error;
  }
}
