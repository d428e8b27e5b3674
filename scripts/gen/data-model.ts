import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'clickhouse', 'migrations');

const head = `# Data model

Every table of Assay in ClickHouse and what each column means. Written by \`pnpm gen\` from \`clickhouse/migrations\`; do not edit.

Every table begins with \`tenant\`. Tables whose engine is ReplacingMergeTree keep versions of a row; read them with \`FINAL\`, and the
newest version of each key is what holds. Ids are UInt64 that sort by time; over the API they are decimal text.

Rows of files are in one table per source, \`data_<source_id>\`. Column names of files are data, so physical columns are \`c_1\`, \`c_2\`, …;
the comment of each holds its name and type as JSON. A row counts only when \`commits\` names its chunk. For people there is a view per
source with the real names, \`rows_<source_id>\`: the published rows.

| column of \`data_<source_id>\` | type | meaning |
| --- | --- | --- |
| \`_assay_load_id\` | \`UInt64\` | The load of the row. |
| \`_assay_chunk_id\` | \`UInt64\` | The chunk that wrote it; counts only when committed. |
| \`_assay_line\` | \`UInt64\` | Physical line where the record starts, from 1; in Parquet the number of the row. |
| \`_assay_byte_offset\` | \`UInt64\` | Offset of the record in the decompressed file. |
| \`_assay_received_at\` | \`DateTime('UTC')\` | Receipt of the file; decides the partition. |
| \`_assay_absent\` | \`Array(UInt16)\` | Numbers of the columns whose key the record lacks. |
| \`_assay_type_errors\` | \`Map(String, String)\` | Values that do not fit their type, by physical column, as written. |
| \`_assay_extra\` | \`Map(String, String)\` | Undeclared keys with their values as JSON text. |
| \`c_1\`, \`c_2\`, … | as declared, Nullable | The values. |
`;

interface Table {
  readonly name: string;
  readonly says: string;
  readonly engine: string;
  readonly order: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly says: string }[];
}

/** The text of `docs/data-model.md`. */
export async function dataModelText(): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  const tables = tablesIn(texts.join('\n'));
  return [head, ...tables.map(section)].join('\n');
}

/** The tables that migrations make, with the columns that later ones add. Throws when a column lacks its comment. */
export function tablesIn(text: string): Table[] {
  const added = Map.groupBy(additionsIn(text), ({ table }) => table);
  return [...text.matchAll(/^CREATE TABLE IF NOT EXISTS (\w+)\n\(\n([\s\S]*?)\n\)\n([\s\S]*?);$/gm)].map((found) => {
    const [, name = '', body = '', tail = ''] = found;
    const columns = body.split('\n').map((line) => columnIn(name, line));
    return {
      name,
      columns: [...columns, ...(added.get(name) ?? []).map(({ column }) => column)],
      says: /^COMMENT '(.*)'$/m.exec(tail)?.[1] ?? '',
      engine: /^ENGINE = (.+)$/m.exec(tail)?.[1] ?? '',
      order: /^ORDER BY (.+)$/m.exec(tail)?.[1] ?? '',
    };
  });
}

function additionsIn(text: string): { table: string; column: Table['columns'][number] }[] {
  return [...text.matchAll(/^ALTER TABLE (\w+)\n([\s\S]*?);$/gm)].flatMap(([, table = '', body = '']) =>
    body.split('\n').map((line) => ({ table, column: columnIn(table, line.replace('ADD COLUMN IF NOT EXISTS ', '')) })),
  );
}

function columnIn(table: string, line: string): Table['columns'][number] {
  const column = /^ {4}(\w+) (.+?) COMMENT '((?:[^'\\]|\\.)*)',?$/.exec(line);
  if (column === null) throw new Error(`${table}: a column says nothing about itself: ${line.trim()}`);
  return { name: column[1] ?? '', type: column[2] ?? '', says: column[3] ?? '' };
}

function section(table: Table): string {
  const rows = table.columns.map(
    ({ name, type, says }) => `| \`${name}\` | \`${type}\` | ${says.replaceAll('\\\\', '\\')} |`,
  );
  return [
    `\n## ${table.name}\n`,
    `${table.says} \`${table.engine}\`, ordered by \`${table.order}\`.\n`,
    '| column | type | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
