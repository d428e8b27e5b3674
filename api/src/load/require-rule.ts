import { RequestProblem } from '../problem.ts';

/** A segment is one of a rule. Throws `invalid_input` when none is named. */
export function requireRule(asked: { rule_id?: string | undefined; segment?: string | undefined }): void {
  if (asked.segment !== undefined && asked.rule_id === undefined) {
    throw new RequestProblem(
      'invalid_input',
      'segment chooses among the rows of a rule: add rule_id, or leave it out.',
    );
  }
}
