import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEnv } from '../env.ts';
import { allSettings } from './all-settings.ts';
import { envExampleText } from './env-example.ts';
import { readSettings } from './read-settings.ts';

const root = join(import.meta.dirname, '../..');

test('.env.example is what the env schemas say', () => {
  expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(envExampleText(allSettings()));
});

test('every setting has a name of ours or of what it configures, and says what it is', () => {
  for (const { name, says } of allSettings()) {
    expect(name).toMatch(/^(ASSAY|CLICKHOUSE|TEMPORAL)_[A-Z_]+$/);
    expect(says).toMatch(/^[A-Za-z`].{10,}\.$/s);
  }
});

test('a wrong setting is told with its name and value', () => {
  expect(() => readSettings(startEnv, { ASSAY_PORT: 'http' })).toThrow(/ASSAY_PORT is "http": /);
  expect(() => readSettings(startEnv, { ASSAY_PORT: '70000', ASSAY_EXAMPLES: 'no' })).toThrow(
    /ASSAY_PORT is "70000".*ASSAY_EXAMPLES is "no"/,
  );
});
