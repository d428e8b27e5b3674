import { z } from 'zod';

/** What is wrong in something a person wrote. `path` leads to the field; `line` is there when it was written as YAML. */
export const problem = z.object({
  path: z.array(z.union([z.string(), z.number()])),
  line: z.number().nullable(),
  message: z.string(),
});
export type Problem = z.infer<typeof problem>;
