import { z } from 'zod';
import { notAnswering, notAssay, type Api } from './api.ts';

const ready = z.object({
  conditions: z.array(z.object({ name: z.string(), ok: z.boolean(), says: z.string() })),
});
export type BrokenCondition = z.infer<typeof ready>['conditions'][number];

/** What Assay says it lacks, with what to do about it; empty while it can receive, load and judge. Throws Stop when it does not answer. */
export async function brokenConditions({ url }: Pick<Api, 'url'>): Promise<BrokenCondition[]> {
  const answer = await fetch(`${url}/health/ready`).catch((error: unknown) => {
    throw notAnswering(url, error);
  });
  const told = ready.safeParse(await answer.json().catch(() => undefined));
  if (!told.success) throw notAssay(url);
  return told.data.conditions.filter(({ ok }) => !ok);
}
