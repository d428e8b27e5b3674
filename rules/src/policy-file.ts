import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { builtInPolicies } from './built-in-policies.ts';
import { lostName } from './lost-name.ts';
import { didYouMean } from './nearest.ts';
import { issueSentence } from './parse-sentence.ts';
import { policies, type Policies } from './policy.ts';
import { faultSentence } from './yaml-fault.ts';

/** What each kind of channel needs beside `channel`, by kind; given by whoever can send. */
export type ChannelConfigs = Readonly<Record<string, z.ZodType>>;

/** Thrown for a policy file that cannot be followed; the message names file, line and field of everything that is wrong. */
export class PolicyFileError extends Error {
  readonly code = 'invalid_policy_file';
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Reads the text of a policy file over the built-in policies.
 * @param file its name, for messages
 * @param channels when given, every target is checked by its channel
 * @throws PolicyFileError
 */
export function parsePolicies(text: string, { file, channels }: { file: string; channels?: ChannelConfigs }): Policies {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors.map((fault) => {
    const rest = text.slice(fault.pos[0]).split('\n', 1)[0] ?? '';
    return `${file}:${String(lines.linePos(fault.pos[0]).line)}: ${faultSentence(fault, rest)}`;
  });
  if (broken.length > 0) throw new PolicyFileError(broken.join('\n'));

  const value = valueOf(document, file);
  const lost = lostName(value);
  const parsed = policies.safeParse(value, { reportInput: true });
  const merged = parsed.success ? overBuiltIn(parsed.data) : undefined;
  const faults =
    lost !== undefined
      ? [{ path: lost, message: 'this name cannot be used here' }]
      : parsed.success && merged
        ? inconsistencies(parsed.data, merged, channels)
        : (parsed.error?.issues ?? []).flatMap(faultsOf);
  if (merged && faults.length === 0) return merged;
  throw new PolicyFileError(
    faults
      .map(({ path, message }) => `${file}:${String(lineOf(document, lines, path))}: ${fieldOf(path)}${message}`)
      .join('\n'),
  );
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new PolicyFileError(`${file}: write the values out: so many aliases are not read here`);
  }
}

/** The policies that hold without a file. */
export function defaultPolicies(): Policies {
  return policies.parse(parseDocument(builtInPolicies).toJS());
}

function overBuiltIn(own: Policies): Policies {
  const base = defaultPolicies();
  return {
    targets: { ...base.targets, ...own.targets },
    policies: { ...base.policies, ...own.policies },
    routes: [...own.routes, ...base.routes],
  };
}

/** Names that stand for nothing, and targets that their channel does not take. */
function inconsistencies(own: Policies, all: Policies, channels: ChannelConfigs | undefined): Fault[] {
  const targetNames = Object.keys(all.targets);
  const policyNames = Object.keys(all.policies);
  const unknownTargets = Object.entries(own.policies).flatMap(([policyName, policy]) =>
    Object.entries(policy).flatMap(([severity, ladder]) =>
      ladder === undefined || typeof ladder === 'number'
        ? []
        : ladder.levels.flatMap(({ targets }, place) =>
            targets
              .map((target, index) => ({
                target,
                path: ['policies', policyName, severity, 'levels', place, 'targets', index],
              }))
              .filter(({ target }) => !targetNames.includes(target))
              .map(({ target, path }) => ({
                path,
                message: `there is no target \`${target}\`${didYouMean(target, targetNames)}`,
              })),
          ),
    ),
  );
  const unknownPolicies = own.routes.flatMap(({ policy }, place) =>
    policyNames.includes(policy)
      ? []
      : [
          {
            path: ['routes', place, 'policy'],
            message: `there is no policy \`${policy}\`${didYouMean(policy, policyNames)}`,
          },
        ],
  );
  const badTargets =
    channels === undefined
      ? []
      : Object.entries(own.targets).flatMap(([name, { channel, ...config }]) => {
          const path = ['targets', name];
          const kinds = Object.keys(channels);
          const schema = channels[channel];
          if (schema === undefined) {
            return [
              {
                path: [...path, 'channel'],
                message: `there is no channel \`${channel}\`${didYouMean(channel, kinds)}; there are ${kinds.join(', ')}`,
              },
            ];
          }
          const issues = schema.safeParse(config, { reportInput: true }).error?.issues ?? [];
          return issues.flatMap(faultsOf).map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
        });
  return [...unknownTargets, ...unknownPolicies, ...badTargets];
}

const words = [
  'targets',
  'policies',
  'routes',
  'source',
  'labels',
  'policy',
  'critical',
  'high',
  'medium',
  'low',
  'info',
  'any',
  'reopen_after_clean',
  'reopen_after_person',
  'levels',
  'repeats',
  'repeat_every',
  'acknowledge_within',
  'notify_resolved',
  'after',
];

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code !== 'unrecognized_keys') {
    const message = issueSentence(issue, '', { kind: 'document', form: undefined, fields: [] });
    return [{ path: issue.path, message: message.replace(/^[: ]+/, '') }];
  }
  return issue.keys.map((key) => ({
    path: [...issue.path, key],
    message: `there is no field \`${key}\`${didYouMean(key, words)}`,
  }));
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')}: `;
}

/** The line of the deepest part of a path that is written down, from 1. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const offset = keyOffset(parent, path[length - 1]);
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}

function keyOffset(parent: unknown, key: PropertyKey | undefined): number | undefined {
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  if (isSeq(parent)) {
    const item = parent.items[Number(key)];
    return isNode(item) ? item.range?.[0] : undefined;
  }
  return undefined;
}
