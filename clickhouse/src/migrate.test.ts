import { expect, test } from 'vitest';
import { connect } from './query.ts';
import { migrate, splitStatements } from './migrate.ts';
import { startTestEngine } from './testing.ts';

test('migrations apply once, and every column of every table says what it is for', async () => {
  await using engine = await startTestEngine();
  const connection = connect({ url: engine.url, database: engine.database });
  const db = connection.querier('default');

  expect(await migrate(db)).toEqual([
    '0001_state.sql',
    '0002_damage_and_expiry.sql',
    '0003_damage_of_commits.sql',
    '0004_segments_of_evidence.sql',
    '0005_storms_of_damage.sql',
  ]);
  expect(await migrate(db)).toEqual([]);

  const { rows } = await db.statement(
    `SELECT table, name FROM system.columns WHERE database = currentDatabase() AND comment = ''`,
  );
  expect(rows).toEqual([]);
  await connection.close();
});

test('a migration that stopped in the middle goes on where it stopped', async () => {
  await using engine = await startTestEngine();
  const connection = connect({ url: engine.url, database: engine.database });
  const db = connection.querier('default');
  await migrate(db);
  await db.command('DROP TABLE audit');
  await db.command(`ALTER TABLE migrations DELETE WHERE name = '0001_state.sql' SETTINGS mutations_sync = 1`);
  await db.insert('migrations', [{ name: '0001_state.sql', statements: 3 }]);

  expect(await migrate(db)).toEqual(['0001_state.sql']);
  const { rows } = await db.statement(
    `SELECT count() AS tables FROM system.tables WHERE database = currentDatabase() AND name = 'audit'`,
  );
  expect(rows).toEqual([{ tables: '1' }]);
  await connection.close();
});

test('a statement ends with a semicolon at the end of a line', () => {
  expect(splitStatements("-- why\n\nCREATE a COMMENT 'x; y';\n\n-- more\nCREATE b;\n")).toEqual([
    "CREATE a COMMENT 'x; y'",
    'CREATE b',
  ]);
});
