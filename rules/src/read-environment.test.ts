import { expect, test } from 'vitest';
import { z } from 'zod';
import { readEnvironment, SettingsError } from './read-environment.ts';

const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535),
  URL: z.url().optional(),
  NAME: z.string(),
  MODE: z.enum(['quick', 'slow']).default('quick'),
});

test('settings that can be used are read', () => {
  expect(readEnvironment(schema, { PORT: '80', NAME: 'x' })).toEqual({ PORT: 80, NAME: 'x', MODE: 'quick' });
});

test('each one that cannot is told with its name, its value and what to write', () => {
  const read = () => readEnvironment(schema, { PORT: 'abc', URL: 'x', MODE: 'qick' });
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(
    'The settings cannot be used. PORT is "abc": must be a number. URL is "x": must be an address such as http://127.0.0.1:4400. NAME is missing. MODE is "qick", which is not one of quick, slow, did you mean `quick`?',
  );
});
