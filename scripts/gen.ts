import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noticeSchemaText } from '@assay/activities';
import { ingestResultSchemaText } from '@assay/api';
import { dataModelText } from './gen/data-model.ts';
import { registryText } from './gen/rule-registry.ts';
import { allSettings } from './settings/all-settings.ts';
import { envExampleText } from './settings/env-example.ts';

/** Every file that is derived from others. With `--check` nothing is written, and an outdated file is an error. */
const generated: Readonly<Record<string, () => string | Promise<string>>> = {
  'rules/src/kinds/registry.gen.ts': registryText,
  'docs/data-model.md': dataModelText,
  'docs/ingest-result.schema.json': ingestResultSchemaText,
  'docs/notice.schema.json': noticeSchemaText,
  '.env.example': () => envExampleText(allSettings()),
};

const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');

for (const [path, text] of Object.entries(generated)) {
  const wanted = await text();
  if ((await readFile(join(root, path), 'utf8').catch(() => '')) === wanted) continue;
  if (isCheck) {
    console.error(`${path} is not what its sources say: run \`pnpm gen\` and commit it.`);
    process.exitCode = 1;
  } else {
    await writeFile(join(root, path), wanted);
    console.log(`wrote ${path}`);
  }
}
