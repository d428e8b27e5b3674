/** The steps of a load's workflow, as the distance of the versions they write. */
const steps = { received: 0, loading: 1, checking: 2, finished: 3 } as const;
const versionsPerStep = 1_000;
const versionsPerGeneration = 10_000;

export type Step = keyof typeof steps;

/**
 * The version of a load's row that a step writes. A repeated attempt writes the same version, a later step a higher one, a re-check a
 * whole generation higher; people's decisions count up in between.
 */
export function stepVersion(generation: number, step: Step): number {
  return generation * versionsPerGeneration + steps[step] * versionsPerStep;
}

/** How often a load whose row has this version was checked or read again. */
export function generationOf(version: number): number {
  return Math.floor(version / versionsPerGeneration);
}

/** The generation of the next re-check of a load. */
export function nextGeneration(version: number): number {
  return generationOf(version) + 1;
}
