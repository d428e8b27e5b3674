import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';

const file = join(import.meta.dirname, '../..', '.env');

/**
 * Settings from the environment, and from the file `.env` of the working copy where the environment says nothing.
 * @throws one sentence per wrong setting, with its name and value
 */
export function readSettings<Schema extends z.ZodType>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  if (existsSync(file)) process.loadEnvFile(file);
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `${name} is "${env[name] ?? ''}": ${message}.`;
  });
  throw new Error(`The settings cannot be used. ${sentences.join(' ')}`);
}
