import type { z } from 'zod';
import { speakPlainly } from './plain-words.ts';

/** Thrown for settings that cannot be used; the message is a sentence for each that is wrong, with its name and value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Settings from environment variables. @throws SettingsError */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  speakPlainly();
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    const given = env[name];
    const told = given === undefined || message.startsWith('is ') ? message : `is ${JSON.stringify(given)}: ${message}`;
    return `${name} ${told}${/[.?!]$/.test(told) ? '' : '.'}`;
  });
  throw new SettingsError(`The settings cannot be used. ${sentences.join(' ')}`);
}
