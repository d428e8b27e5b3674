import type { Connection, Inbox } from '@assay/clickhouse';
import type { Logger } from 'pino';
import type { EventFeed } from './live/event-feed.ts';
import type { UploadDeps } from './upload/receive-file.ts';
import type { Orchestrator } from './orchestrator.ts';

/** What one API process has, made once at start. */
export interface Services {
  readonly connection: Connection;
  readonly orchestrator: Orchestrator;
  readonly inbox: Inbox;
  readonly feed: EventFeed;
  readonly uploads: UploadDeps;
  readonly log: Logger;
  readonly links: Links;
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly started_at: number;
  readonly now: () => number;
}

/** Addresses of pages that answers name. */
export interface Links {
  readonly load: (load_id: string) => string;
  readonly incident: (incident_id: string) => string;
  /** A run in Temporal's own UI; empty when none is configured. */
  readonly workflow: (workflow_id: string, run_id: string) => string;
  /** Where the dashboard is. */
  readonly base: string;
  /** Empty when none is configured. */
  readonly temporal_ui: string;
}
