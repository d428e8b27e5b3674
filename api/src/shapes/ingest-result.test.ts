import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ingestResult } from './ingest-result.ts';
import { ingestResultSchemaText } from './ingest-result-schema.ts';

const published = new URL('../../../docs/ingest-result.schema.json', import.meta.url);

test('the published JSON Schema is what the schema says; `pnpm gen` writes it', async () => {
  expect(await readFile(published, 'utf8')).toBe(ingestResultSchemaText());
});

test('it names every field that scripts rely on, and takes no others', () => {
  expect(Object.keys(ingestResult.shape)).toEqual(
    'load_id url source file state reason verdict records rows rejects bytes columns results anomalies incidents workflow'.split(
      ' ',
    ),
  );
  expect(Object.keys(ingestResult.shape.columns.element.shape)).toEqual(
    'name type nulls absent type_errors distinct min max'.split(' '),
  );
  expect(Object.keys(ingestResult.shape.results.element.shape)).toEqual(
    'rule_id kind segment window value verdict rows_checked rows_failed'.split(' '),
  );
  expect(Object.keys(ingestResult.shape.anomalies.element.shape)).toEqual(
    'anomaly_id rule_id severity finding'.split(' '),
  );
  expect(Object.keys(ingestResult.shape.incidents.element.shape)).toEqual('incident_id url status'.split(' '));
  expect(Object.keys(ingestResult.shape.workflow.shape)).toEqual('id run_id url'.split(' '));
});
