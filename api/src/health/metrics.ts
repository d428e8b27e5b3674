import { countDeliveries, engineMemory, loadTotals, stageTotals, waitingLoads, type Querier } from '@assay/clickhouse';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Services } from '../services.ts';
import { processUsage } from './process-usage.ts';

/** What the HTTP server itself counts, beside what ClickHouse knows. */
export interface HttpCounters {
  readonly uploads_open: () => number;
}

/**
 * Prometheus text of one tenant. Everything about files comes from ClickHouse at the moment of asking, so it survives restarts and is the
 * same from every API process; CPU and memory are those of the processes on this machine.
 */
export function createMetrics(
  services: Services,
  options: { data_dir: string; http: HttpCounters },
): { contentType: string; text: (db: Querier) => Promise<string> } {
  const own = new Registry();
  collectDefaultMetrics({ register: own, prefix: 'assay_api_' });
  return {
    contentType: own.contentType,
    async text(db) {
      const asked = new Registry();
      await Promise.all([
        filesOf(asked, db),
        stagesOf(asked, db),
        deliveriesOf(asked, db),
        queuesOf(asked, db, services),
        engineOf(asked, db),
        processesOf(asked, options.data_dir),
      ]);
      gauge(asked, 'assay_uploads_open', 'Files being received by this API process.', []).set(
        options.http.uploads_open(),
      );
      gauge(asked, 'assay_uptime_seconds', 'Time since this API process began.', []).set(
        (services.now() - services.started_at) / 1_000,
      );
      return `${await asked.metrics()}\n${await own.metrics()}`;
    },
  };
}

function gauge(register: Registry, name: string, help: string, labelNames: string[]): Gauge {
  return new Gauge({ name, help, labelNames, registers: [register] });
}

function counter(register: Registry, name: string, help: string, labelNames: string[]): Counter {
  return new Counter({ name, help, labelNames, registers: [register] });
}

async function filesOf(register: Registry, db: Querier): Promise<void> {
  const names = ['source', 'state', 'verdict'];
  const files = counter(register, 'assay_files_total', 'Files received, by state and verdict (ClickHouse).', names);
  const bytes = counter(register, 'assay_bytes_total', 'Bytes received (ClickHouse).', ['source']);
  const records = counter(register, 'assay_records_total', 'Records read (ClickHouse).', ['source']);
  const rows = counter(register, 'assay_rows_total', 'Records that became rows (ClickHouse).', ['source']);
  const rejects = counter(register, 'assay_rejects_total', 'Records that could not become rows (ClickHouse).', [
    'source',
  ]);
  const verdicts = counter(register, 'assay_verdicts_total', 'Loads by verdict (ClickHouse).', ['verdict']);
  for (const total of await loadTotals(db)) {
    const { source, state, verdict } = total;
    files.inc({ source, state, verdict: verdict === '' ? 'none' : verdict }, total.files);
    bytes.inc({ source }, total.bytes);
    records.inc({ source }, total.records);
    rows.inc({ source }, total.rows);
    rejects.inc({ source }, total.rejects);
    if (verdict !== '') verdicts.inc({ verdict }, total.files);
  }
}

async function stagesOf(register: Registry, db: Querier): Promise<void> {
  const seconds = counter(register, 'assay_stage_seconds_sum', 'Time loads spent in a stage (ClickHouse).', ['stage']);
  const loads = counter(register, 'assay_stage_seconds_count', 'Loads that went through a stage (ClickHouse).', [
    'stage',
  ]);
  for (const total of await stageTotals(db)) {
    seconds.inc({ stage: total.stage }, total.seconds);
    loads.inc({ stage: total.stage }, total.loads);
  }
}

async function deliveriesOf(register: Registry, db: Querier): Promise<void> {
  const deliveries = counter(register, 'assay_deliveries_total', 'Notices by state (ClickHouse).', [
    'channel',
    'state',
  ]);
  for (const total of await countDeliveries(db)) {
    deliveries.inc({ channel: total.channel, state: total.state }, total.deliveries);
  }
}

async function queuesOf(register: Registry, db: Querier, services: Services): Promise<void> {
  const waiting = await waitingLoads(db);
  gauge(register, 'assay_loads_waiting', 'Loads that are not final yet (ClickHouse).', []).set(waiting.loads);
  gauge(register, 'assay_loads_waiting_oldest_seconds', 'Age of the oldest of them (ClickHouse).', []).set(
    waiting.oldest_s,
  );
  const up = gauge(register, 'assay_temporal_up', 'Whether Temporal answers.', []);
  up.set(0);
  if (!(await services.orchestrator.reachable())) return;
  up.set(1);
  const depth = gauge(register, 'assay_queue_depth', 'Tasks that wait for a worker (Temporal).', ['queue']);
  const oldest = gauge(register, 'assay_queue_oldest_seconds', 'Age of the oldest of them (Temporal).', ['queue']);
  const pollers = gauge(register, 'assay_queue_pollers', 'Workers that serve the queue (Temporal).', ['queue']);
  for (const { queue, backlog, oldest_s, pollers: count } of await services.orchestrator.queues()) {
    depth.set({ queue }, backlog);
    oldest.set({ queue }, oldest_s);
    pollers.set({ queue }, count);
  }
}

async function engineOf(register: Registry, db: Querier): Promise<void> {
  const memory = gauge(register, 'assay_engine_memory_bytes', 'Memory as ClickHouse measures it (ClickHouse).', [
    'kind',
  ]);
  for (const { name, bytes } of await engineMemory(db)) memory.set({ kind: name }, bytes);
}

async function processesOf(register: Registry, data_dir: string): Promise<void> {
  const cpu = counter(register, 'assay_process_cpu_seconds_total', 'CPU time of a process of this copy.', ['process']);
  const resident = gauge(register, 'assay_process_resident_memory_bytes', 'Resident memory of it.', ['process']);
  for (const usage of await processUsage(data_dir)) {
    cpu.inc({ process: usage.name }, usage.cpu_s);
    resident.set({ process: usage.name }, usage.resident_bytes);
  }
}
