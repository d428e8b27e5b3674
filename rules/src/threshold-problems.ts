import { covers, senselessLimit } from './limit-sense.ts';
import type { Problem } from './problem.ts';
import { parseLimit, unitProblem, type Limit, type Thresholds, type Unit } from './threshold.ts';

const measures = ['count', 'share', 'value'] as const;

type Level = 'fail' | 'warn';
type Levels = Readonly<Record<Level, Thresholds | null>>;

/**
 * What makes no sense about the thresholds of a rule: a unit that does not fit, a limit that nothing or everything breaches, a warning
 * that is never reached.
 * @param unit what `value` means; null where that is not known without the columns
 */
export function thresholdProblems(levels: Levels, unit: Unit | null): Problem[] {
  return measures.flatMap((measure) => {
    const unitHere = measure === 'value' ? unit : measure;
    const limits = { fail: limitOf(levels.fail, measure), warn: limitOf(levels.warn, measure) };
    const problems = (['fail', 'warn'] as const).flatMap((level) => {
      const limit = limits[level];
      const message = limit && unitHere !== null ? misfit(limit, unitHere) : undefined;
      return message === undefined ? [] : [{ path: [level, measure], message: `\`${level}.${measure}\`: ${message}` }];
    });
    if (problems.length > 0 || !limits.fail || !limits.warn) return problems;
    if (!covers(limits.fail, limits.warn, unitHere ?? 'number')) return [];
    return [{ path: ['warn', measure], message: unreachable(measure, levels) }];
  });
}

function limitOf(level: Thresholds | null, measure: keyof Thresholds): Limit | undefined {
  const text = level?.[measure];
  const limit = text === undefined ? undefined : parseLimit(text);
  return typeof limit === 'string' ? undefined : limit;
}

function misfit(limit: Limit, unit: Unit): string | undefined {
  return unitProblem(limit, unit) ?? senselessLimit(limit, unit);
}

function unreachable(measure: keyof Thresholds, { fail, warn }: Levels): string {
  return `\`warn.${measure}\` is never reached: whatever is \`${warn?.[measure] ?? ''}\` fails already, as \`${fail?.[measure] ?? ''}\`; let \`warn\` begin before \`fail\`, or leave it out`;
}
