import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { severity, type Severity } from './rule-fields.ts';

/** The name of a policy or target: lower-case letters, digits, `_` and `-`. */
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'a name is made of lower-case letters, digits, `_` and `-`, at most 64 of them');

/** `90 s`, `15m` or `4 hours`, at most a year, as milliseconds. */
const length = z.string().transform((text, context) => {
  const seconds = parseDuration(text);
  const ms = seconds === undefined ? Number.NaN : Number((seconds.numerator * 1_000n) / seconds.denominator);
  if (ms >= 0 && ms <= 366 * 86_400_000) return ms;
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} is not a length of time; write one such as \`0s\`, \`15m\` or \`4h\``,
  });
  return z.NEVER;
});

/** A level of escalation: whom to tell, and when, counted from the start of the round. */
const level = z.strictObject({ after: length, targets: z.array(name).min(1).max(10) });

/** How one severity escalates. */
export const ladder = z.strictObject({
  levels: z
    .array(level)
    .max(10)
    .superRefine((levels, context) => {
      for (const [place, { after }] of levels.entries()) {
        const before = levels[place - 1];
        if (before === undefined || after > before.after) continue;
        context.addIssue({
          code: 'custom',
          path: [place, 'after'],
          message: 'a level comes later than the one before it',
        });
      }
    }),
  repeats: z.int().min(0).max(9).default(0),
  repeat_every: length.refine((ms) => ms >= 1_000, 'a round lasts at least a second').default(3_600_000),
  acknowledge_within: length
    .refine((ms) => ms >= 1_000, 'somebody who acknowledged needs at least a second')
    .nullable()
    .default(null),
  notify_resolved: z.boolean().default(true),
});
export type Ladder = z.infer<typeof ladder>;

const policy = z
  .strictObject({
    critical: ladder.optional(),
    high: ladder.optional(),
    medium: ladder.optional(),
    low: ladder.optional(),
    info: ladder.optional(),
    any: ladder.optional(),
    reopen_after_clean: length.default(86_400_000),
    reopen_after_person: length.default(7 * 86_400_000),
  })
  .superRefine((value, context) => {
    if (value.any !== undefined) return;
    for (const word of severity.options) {
      if (value[word] === undefined) {
        context.addIssue({
          code: 'custom',
          message: `severity \`${word}\` has no levels; give it some, or write \`any\` for all that are not named`,
        });
      }
    }
  });

/** Which policy a source gets: the first route whose `source` (with `*` for any text) and labels all fit. */
const route = z.strictObject({
  source: z.string().min(1).max(200).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  policy: name,
});

/** A way to reach people by name. What a channel needs beside its kind is checked by the channel itself. */
const target = z.looseObject({ channel: z.string() });
export type Target = z.infer<typeof target>;

/** The whole file: who can be reached, how severities escalate, and which source uses which policy. */
export const policies = z.strictObject({
  targets: z.record(name, target).default({}),
  policies: z.record(name, policy).default({}),
  routes: z.array(route).max(1_000).default([]),
});
export type Policies = z.infer<typeof policies>;

/** A policy as an incident keeps it from its first notice on: later edits of the file do not change it. */
export interface PinnedPolicy {
  readonly name: string;
  readonly ladders: Readonly<Record<Severity, Ladder>>;
  /** How long a failure reopens the incident after a clean load resolved it, in milliseconds. */
  readonly reopen_after_clean: number;
  /** The same after a person resolved it. */
  readonly reopen_after_person: number;
}

/** The policy of a source by the first route that fits, `default` otherwise. */
export function policyFor(
  all: Policies,
  source: { source: string; labels: Readonly<Record<string, string>> },
): PinnedPolicy {
  const found = all.routes.find((candidate) => fits(candidate, source))?.policy ?? 'default';
  const chosen = all.policies[found];
  if (chosen === undefined) throw new RangeError(`there is no policy \`${found}\``);
  const of = (word: Severity): Ladder => {
    const own = chosen[word] ?? chosen.any;
    if (own === undefined) throw new RangeError(`policy \`${found}\` says nothing about severity \`${word}\``);
    return own;
  };
  return {
    name: found,
    ladders: { critical: of('critical'), high: of('high'), medium: of('medium'), low: of('low'), info: of('info') },
    reopen_after_clean: chosen.reopen_after_clean,
    reopen_after_person: chosen.reopen_after_person,
  };
}

function fits(
  candidate: z.infer<typeof route>,
  source: { source: string; labels: Readonly<Record<string, string>> },
): boolean {
  const labels = Object.entries(candidate.labels ?? {});
  return (
    matchesGlob(candidate.source ?? '*', source.source) && labels.every(([key, value]) => source.labels[key] === value)
  );
}

/** `*` stands for any text; everything else for itself. */
function matchesGlob(glob: string, text: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  if (!text.startsWith(first)) return false;
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
