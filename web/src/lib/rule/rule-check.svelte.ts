import { api } from '#lib/api.ts';
import type { FieldProblem } from '#lib/failure.ts';

const pause_ms = 350;

interface Checked {
  readonly source: string;
  readonly rule: Readonly<Record<string, unknown>>;
}

/** What hinders a rule from being saved, asked of the API whenever editing pauses. Made while a component is set up. */
export class RuleCheck {
  problems = $state.raw<readonly FieldProblem[]>([]);
  /** Undefined until the first answer. */
  valid = $state<boolean>();

  constructor(checked: () => Checked) {
    let touched = false;
    $effect(() => {
      const { source, rule } = checked();
      const request = new AbortController();
      // A form that nobody has touched yet shows no problems.
      const first = !touched;
      touched = true;
      const timer = setTimeout(() => void this.#ask({ source, rule }, { signal: request.signal, first }), pause_ms);
      return () => {
        clearTimeout(timer);
        request.abort();
      };
    });
  }

  async #ask(checked: Checked, { signal, first }: { signal: AbortSignal; first: boolean }): Promise<void> {
    try {
      const { valid, problems } = await api.rule.validate.mutate({ ...checked, rule: { ...checked.rule } }, { signal });
      this.valid = valid;
      if (!first) this.problems = problems;
    } catch {
      // Without an answer nothing is known; saving asks again and tells what is wrong.
      if (!signal.aborted) this.valid = undefined;
    }
  }
}
