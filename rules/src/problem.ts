/** What is wrong with something a person wrote, where it stands, in a sentence they can act on. */
export interface Problem {
  /** The way to the field from where parsing began, e.g. `['rules', 0, 'fail', 'share']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Thrown while a rule is bound to a source whose columns or types it does not fit; `path` is within the rule. */
export class RuleProblem extends Error {
  override readonly name = 'RuleProblem';
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], message: string) {
    super(message);
    this.path = path;
  }
}
