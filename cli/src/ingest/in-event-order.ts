import { firstEvent, type EventTimes } from '@assay/clickhouse';
import { parseColumnType, parseSourceYaml } from '@assay/rules';
import type { Api } from '../api.ts';
import { refusalCode } from '../api.ts';
import type { InputFile } from './input-files.ts';

/** History in the order in which it happened: by the first event of each file; files that do not tell come last, as they were given. */
export async function inEventOrder(
  api: Api,
  files: readonly InputFile[],
  source: string,
): Promise<readonly InputFile[]> {
  const times = files.length < 2 ? undefined : await eventTimesOf(api, source);
  if (times === undefined) return files;
  const timed: { file: InputFile; at: number | undefined }[] = [];
  // One after the other: a Parquet file is read by a process of its own.
  for (const file of files) {
    timed.push({ file, at: file.kind === 'stdin' ? undefined : await firstEvent(file.path, times) });
  }
  return timed.sort((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity) || 0).map(({ file }) => file);
}

/** What the source declares of its event time; undefined when it has none. */
async function eventTimesOf(api: Api, source: string): Promise<EventTimes | undefined> {
  try {
    const [{ yaml }, { columns }] = await Promise.all([
      api.client.source.document.query({ source }),
      api.client.source.get.query({ source, loads: 1 }),
    ]);
    const read = parseSourceYaml(yaml);
    if (!read.ok) throw new Error(`the document of source ${source} cannot be read`);
    const { event_time, zone, format, delimiter, header, null_tokens, ...document } = read.value;
    if (event_time === null) return undefined;
    const type = columns.find((column) => column.name === event_time)?.type ?? '';
    const declared = document.columns.find((column) => column.name === event_time);
    const timestamp_format = declared?.timestamp_format ?? null;
    return {
      column: event_time,
      type: parseColumnType(type) ?? null,
      ...(timestamp_format === null ? {} : { timestamp_format }),
      ...(zone === null ? {} : { zone }),
      ...(format === null ? {} : { format }),
      csv: {
        ...(delimiter === null ? {} : { delimiter }),
        ...(header === null ? {} : { header }),
        names: columns.map((column) => column.name),
        null_tokens,
      },
    };
  } catch (error) {
    if (refusalCode(error) === 'not_found') return undefined;
    throw error;
  }
}
