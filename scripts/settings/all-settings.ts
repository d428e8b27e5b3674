import { workerEnv } from '@assay/activities/env';
import { apiEnv } from '@assay/api/env';
import { engineEnv } from '@assay/clickhouse/env';
import { z } from 'zod';
import { startEnv } from '../env.ts';

/** One environment variable that some process reads. */
export type Setting = { name: string; says: string; default_says: string; processes: readonly string[] };

/** The environment of each process, as that process parses it; the first to name a setting describes it. */
const schemas: readonly (readonly [process: string, schema: z.ZodType])[] = [
  ['start', startEnv],
  ['engine', engineEnv],
  ['worker', workerEnv],
  ['api', apiEnv],
];

const jsonSchema = z.object({
  properties: z.record(
    z.string(),
    z.object({
      description: z.string(),
      default: z.union([z.string(), z.number(), z.boolean()]).optional(),
      /** Stands in for a default that is computed from the machine. */
      default_says: z.string().optional(),
    }),
  ),
});

/** Every setting of every process, in the order of the processes. */
export function allSettings(): Setting[] {
  const found = new Map<string, Setting>();
  for (const [process, schema] of schemas) {
    const { properties } = jsonSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
    for (const [name, { description, default: value, default_says }] of Object.entries(properties)) {
      const before = found.get(name);
      found.set(name, {
        name,
        says: before?.says ?? description,
        default_says: before?.default_says ?? default_says ?? String(value ?? ''),
        processes: [...(before?.processes ?? []), process],
      });
    }
  }
  return [...found.values()];
}
