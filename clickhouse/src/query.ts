import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { z } from 'zod';
import { queryError } from './errors.ts';
import { Turns } from './turns.ts';
import { GroupInsert } from './group-insert.ts';
import { GroupRead, type KeyType, type Question, type ReadRows } from './group-read.ts';

/** A question to the tables of one tenant: SQL with `{name: Type}` placeholders, what fills them, and what a row looks like. */
export interface Query<TParams extends z.ZodObject, TRow extends z.ZodType> {
  readonly sql: string;
  readonly params: TParams;
  readonly row: TRow;
}

/** Declares a query. Its SQL must filter by `{tenant: String}`; the tenant is filled in by the Querier alone. */
export function query<TParams extends z.ZodObject, TRow extends z.ZodType>(
  definition: Query<TParams, TRow>,
): Query<TParams, TRow> {
  if (!definition.sql.includes('{tenant: String}')) {
    throw new Error(`a query must filter by {tenant: String}: ${definition.sql}`);
  }
  return definition;
}

/** A question by key, which many can ask at once: `{field: Array(Type)}` stands for the keys of all who ask. */
export interface Lookup<TField extends string, TRow extends z.ZodType<Readonly<Record<TField, unknown>>>> {
  readonly sql: string;
  readonly by: Readonly<Record<TField, KeyType>>;
  readonly row: TRow;
  readonly settings?: Question['settings'];
  /** True when it reads the rows of files: that may take long, and the small tables do not wait for it. */
  readonly of_rows?: boolean;
}

/** Declares a lookup. Its SQL must filter by `{tenant: String}` and every field of its key, and its rows must have these fields. */
export function lookup<TField extends string, TRow extends z.ZodType<Readonly<Record<TField, unknown>>>>(
  definition: Lookup<TField, TRow>,
): Lookup<TField, TRow> {
  const fields = Object.entries<KeyType>(definition.by).map(([field, type]) => `{${field}: Array(${type})}`);
  for (const part of ['{tenant: String}', ...fields]) {
    if (!definition.sql.includes(part)) throw new Error(`a lookup must filter by ${part}: ${definition.sql}`);
  }
  return definition;
}

export interface StatementOptions {
  readonly settings?: ClickHouseSettings;
  readonly signal?: AbortSignal;
}

/** The rows of a statement made by the planner, every value as text or NULL, and what reading them cost. */
export interface StatementRows {
  readonly rows: readonly Record<string, unknown>[];
  readonly read_rows: number;
  readonly duration_ms: number;
}

/** The only way to the engine: one place that adds the tenant, parses rows and maps errors. */
export interface Querier {
  readonly tenant: string;
  /** Rows of a declared query, parsed. Throws QueryError. */
  rows<TParams extends z.ZodObject, TRow extends z.ZodType>(
    definition: Query<TParams, TRow>,
    params: z.input<TParams>,
    options?: StatementOptions,
  ): Promise<z.infer<TRow>[]>;
  /** The first row of a declared query, or undefined. Throws QueryError. */
  first<TParams extends z.ZodObject, TRow extends z.ZodType>(
    definition: Query<TParams, TRow>,
    params: z.input<TParams>,
    options?: StatementOptions,
  ): Promise<z.infer<TRow> | undefined>;
  /** The rows of one key, parsed; lookups that wait at the same time share a statement. Throws QueryError. */
  lookup<TField extends string, TRow extends z.ZodType<Readonly<Record<TField, unknown>>>>(
    definition: Lookup<TField, TRow>,
    key: Readonly<Record<TField, string>>,
  ): Promise<z.infer<TRow>[]>;
  /** Appends rows to a table, the tenant added to each. Throws QueryError; a retryable one leaves the outcome unknown. */
  insert(table: string, rows: readonly Record<string, unknown>[]): Promise<void>;
  /** Runs SQL that the rule planner or the migrations made; never text of a person. Throws QueryError. */
  statement(sql: string, options?: StatementOptions): Promise<StatementRows>;
  /** Runs DDL or a mutation with parameters, the tenant among them as `{tenant: String}`. Throws QueryError. */
  command(sql: string, params?: Record<string, unknown>): Promise<void>;
  /** Streams an encoded body into a table. Throws QueryError; a retryable one leaves the outcome unknown. */
  insertEncoded(into: EncodedInsert): Promise<void>;
}

export interface EncodedInsert {
  readonly table: string;
  readonly columns: readonly string[];
  readonly format: 'Native';
  readonly blocks: readonly Uint8Array[];
}

/** A pool of connections to one engine, shared by the queriers of all tenants. */
export interface Connection {
  querier(tenant: string): Querier;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly url: string;
  readonly database?: string;
  readonly username?: string;
  readonly password?: string;
  readonly request_timeout_ms?: number;
  readonly connections_max?: number;
}

/** Every write is synchronous and never deduplicated by the engine: commits decide what counts. */
const writeSettings: ClickHouseSettings = {
  async_insert: 0,
  insert_deduplicate: 0,
  date_time_input_format: 'best_effort',
};

/** So many small statements are under way at once: an engine of two cores does no more, and what waits goes in groups. */
const groupsAtOnce = 3;

/** Exact text for everything a JavaScript number cannot hold. */
const readSettings: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 1,
  date_time_output_format: 'iso',
};

/** Opens a pool of connections; nothing is sent before the first question. A statement may take `request_timeout_ms`, ten minutes unless said otherwise. */
export function connect(options: ConnectOptions): Connection {
  const client = createClient({
    url: options.url,
    ...(options.database === undefined ? {} : { database: options.database }),
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    request_timeout: options.request_timeout_ms ?? 600_000,
    max_open_connections: options.connections_max ?? 8,
    keep_alive: { enabled: true, idle_socket_ttl: 2_000 },
    use_multipart_params_auto: true,
    log: { level: ClickHouseLogLevel.OFF },
  });
  const turns = new Turns(groupsAtOnce);
  const queriers = new Map<string, Querier>();
  const groups: Groups = {
    rows: new GroupInsert(
      (table, values) =>
        run(async (query_id) => {
          await client.insert({ table, values, format: 'JSONEachRow', query_id, clickhouse_settings: writeSettings });
        }),
      turns,
    ),
    blocks: new GroupInsert((place, blocks) => insertBlocks(client, place, blocks), turns),
    turns,
    turns_of_rows: new Turns(groupsAtOnce),
  };
  return {
    querier(tenant) {
      const known = queriers.get(tenant) ?? createQuerier(client, groups, tenant);
      queriers.set(tenant, known);
      return known;
    },
    ping: async () => (await client.ping()).success,
    close: () => client.close(),
  };
}

/** What waits to be written, of all tenants: rows by table, blocks by table and columns. */
interface Groups {
  readonly rows: GroupInsert<Readonly<Record<string, unknown>>>;
  readonly blocks: GroupInsert<Uint8Array>;
  readonly turns: Turns;
  readonly turns_of_rows: Turns;
}

/** Blocks of more bytes go alone: they are worth a statement, and their group would wait for them. */
const groupedBytes_max = 1024 ** 2;

const insertPlace = z.object({ table: z.string(), columns: z.array(z.string()), format: z.literal('Native') });

async function insertBlocks(client: ClickHouseClient, place: string, blocks: readonly Uint8Array[]): Promise<void> {
  const { table, columns, format } = insertPlace.parse(JSON.parse(place));
  await run(async (query_id) => {
    const answer = await client.exec({
      query: `INSERT INTO {table: Identifier} (${columns.join(', ')}) FORMAT ${format}`,
      query_params: { table },
      values: Readable.from(blocks, { objectMode: false }),
      query_id,
      clickhouse_settings: writeSettings,
    });
    answer.stream.resume();
  });
}

/** Answers lookups of one tenant. */
function readKeys(client: ClickHouseClient, tenant: string): ReadRows {
  return ({ sql, by, settings }, keys) =>
    run(async (query_id) => {
      const query_params: Record<string, unknown> = { tenant };
      for (const [field, type] of Object.entries(by)) {
        const distinct = [...new Set(keys.map((key) => key[field] ?? ''))];
        // Array(UInt64) takes digits without quotes.
        query_params[field] = type === 'UInt64' ? distinct.map(BigInt) : distinct;
      }
      const answer = await client.query({
        query: sql,
        query_params,
        query_id,
        format: 'JSONEachRow',
        clickhouse_settings: { ...readSettings, ...settings },
      });
      return answer.json<Record<string, unknown>>();
    });
}

/** Runs a statement under an id of its own. Throws QueryError. */
async function run<T>(work: (query_id: string) => Promise<T>): Promise<T> {
  const query_id = randomUUID();
  try {
    return await work(query_id);
  } catch (error) {
    throw queryError(error, query_id);
  }
}

function createQuerier(client: ClickHouseClient, groups: Groups, tenant: string): Querier {
  const lookups = new GroupRead(readKeys(client, tenant), groups.turns);
  const lookupsOfRows = new GroupRead(readKeys(client, tenant), groups.turns_of_rows);
  const querier: Querier = {
    tenant,
    async rows(definition, params, options) {
      const query_params = { ...definition.params.parse(params), tenant };
      const raw = await run(async (query_id) => {
        const answer = await client.query({
          query: definition.sql,
          query_params,
          query_id,
          format: 'JSONEachRow',
          clickhouse_settings: { ...readSettings, ...options?.settings },
          ...(options?.signal ? { abort_signal: options.signal } : {}),
        });
        return answer.json();
      });
      return z.array(definition.row).parse(raw);
    },
    async first(definition, params, options) {
      const found = await querier.rows(definition, params, options);
      return found[0];
    },
    async lookup({ sql, by, row, settings, of_rows }, key) {
      const asked = of_rows === true ? lookupsOfRows : lookups;
      return z.array(row).parse(await asked.rows({ sql, by, settings }, key));
    },
    async insert(table, rows) {
      if (rows.length === 0) return;
      await groups.rows.insert(
        table,
        rows.map((row) => ({ ...row, tenant })),
      );
    },
    async statement(sql, options) {
      const started = performance.now();
      return run(async (query_id) => {
        const answer = await client.query({
          query: sql,
          query_id,
          // The one format whose answer says how many rows were read, on every engine.
          format: 'JSON',
          clickhouse_settings: { ...readSettings, ...options?.settings },
          ...(options?.signal ? { abort_signal: options.signal } : {}),
        });
        const { data, statistics } = statementAnswer.parse(await answer.json());
        return { rows: data, read_rows: statistics.rows_read, duration_ms: performance.now() - started };
      });
    },
    async command(sql, params) {
      await run((query_id) =>
        client.command({
          query: sql,
          query_id,
          query_params: { ...params, tenant },
          clickhouse_settings: writeSettings,
        }),
      );
    },
    async insertEncoded({ table, columns, format, blocks }) {
      const place = JSON.stringify({ table, columns, format } satisfies Omit<EncodedInsert, 'blocks'>);
      const bytes = blocks.reduce((sum, block) => sum + block.byteLength, 0);
      if (bytes > groupedBytes_max) await insertBlocks(client, place, blocks);
      else await groups.blocks.insert(place, blocks);
    },
  };
  return querier;
}

const statementAnswer = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  statistics: z.object({ rows_read: z.coerce.number() }),
});
