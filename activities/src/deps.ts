import type { Connection, Inbox, ReaderPool } from '@assay/clickhouse';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { ReachStep } from './crash-point.ts';

/** What activities act on; everything from outside comes in here. */
export interface ActivityDeps {
  readonly connection: Connection;
  readonly inbox: Inbox;
  readonly temporal: Client;
  readonly log: Logger;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Address of the dashboard, for links in notices; no slash at its end. */
  readonly dashboard_url: string;
  /** Address of Temporal's own web UI, or empty. */
  readonly temporal_ui_url: string;
  /** Threads that read files, shared by all loads. */
  readonly readers: ReaderPool;
  /** Told before and after every durable step. */
  readonly reached: ReachStep;
}
