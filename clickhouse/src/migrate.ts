import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { query, type Querier } from './query.ts';

const folder = join(import.meta.dirname, '..', 'migrations');

const applied = query({
  sql: `SELECT name, statements FROM migrations FINAL WHERE tenant = {tenant: String} ORDER BY name`,
  params: z.object({}),
  row: z.object({ name: z.string(), statements: z.number() }),
});

/** Thrown when the data folder was written by a newer Assay. */
export class NewerSchemaError extends Error {
  readonly code = 'newer_schema';
}

/**
 * Brings the tables up to date, forward only. Every statement can be repeated, and how many of a file are done is recorded after each,
 * so a crash in the middle continues where it stopped.
 * @returns the names of the migrations that were applied
 */
export async function migrate(db: Querier): Promise<string[]> {
  await db.command(`
CREATE TABLE IF NOT EXISTS migrations
(
    tenant String COMMENT 'Always default: the tables serve every tenant.',
    name String COMMENT 'The file of the migration.',
    statements UInt32 COMMENT 'How many of its statements are done.',
    at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When that was recorded.'
)
ENGINE = ReplacingMergeTree(statements)
ORDER BY (tenant, name)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is a migration of the tables.'`);

  const done = new Map((await db.rows(applied, {})).map((row) => [row.name, row.statements]));
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const unknown = [...done.keys()].filter((name) => !files.includes(name));
  if (unknown.length > 0) {
    throw new NewerSchemaError(
      `these tables were made by a newer Assay (${unknown.join(', ')}): start that version, or use another data folder`,
    );
  }

  const changed: string[] = [];
  for (const name of files) {
    const statements = splitStatements(await readFile(join(folder, name), 'utf8'));
    const first = done.get(name) ?? 0;
    for (const [place, statement] of statements.entries()) {
      if (place < first) continue;
      await db.command(statement);
      await db.insert('migrations', [{ name, statements: place + 1 }]);
    }
    if (first < statements.length) changed.push(name);
  }
  return changed;
}

/** The migrations that are not applied whole. Throws QueryError when nothing was applied yet. */
export async function pendingMigrations(db: Querier): Promise<string[]> {
  const done = new Map((await db.rows(applied, {})).map((row) => [row.name, row.statements]));
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const wanted = await Promise.all(
    files.map(async (name) => ({
      name,
      statements: splitStatements(await readFile(join(folder, name), 'utf8')).length,
    })),
  );
  return wanted.filter(({ name, statements }) => (done.get(name) ?? 0) < statements).map(({ name }) => name);
}

/** Our own migrations keep one statement per block and end each with a semicolon at the end of a line. */
export function splitStatements(text: string): string[] {
  return text
    .split(/;\s*$/m)
    .map((statement) => statement.replace(/^(?:\s*--[^\n]*\n)+/, '').trim())
    .filter((statement) => statement !== '');
}
