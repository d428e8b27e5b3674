import { onMount } from 'svelte';
import { completedSequence } from './shortcut-sequence.ts';

export interface Shortcut {
  /** A key, or two after another: `?`, `g s`. */
  readonly keys: string;
  readonly label: string;
  readonly group: 'Go to' | 'Lists' | 'Incident' | 'Page';
  readonly run: () => void;
}

const switchedOff = 'assay.single-keys';
const sequence_ms = 1000;

/** Single keys that do something, as long as nobody types into a field. They can be switched off. */
class Shortcuts {
  list = $state.raw<readonly Shortcut[]>([]);
  enabled = $state(localStorage.getItem(switchedOff) !== 'off');
  #first: { readonly key: string; readonly at: number } | null = null;

  add(added: readonly Shortcut[]): () => void {
    this.list = [...this.list, ...added];
    return () => {
      this.list = this.list.filter((shortcut) => !added.includes(shortcut));
    };
  }

  setEnabled(enabled: boolean): void {
    this.enabled = enabled;
    localStorage.setItem(switchedOff, enabled ? 'on' : 'off');
  }

  press(event: KeyboardEvent): void {
    if (!this.enabled || event.ctrlKey || event.metaKey || event.altKey || typesText(event.target)) return;
    const recent = this.#first !== null && event.timeStamp - this.#first.at < sequence_ms;
    const pressed = { before: recent ? (this.#first?.key ?? null) : null, key: event.key };
    const completed = completedSequence(
      this.list.map(({ keys }) => keys),
      pressed,
    );
    const shortcut = this.list.findLast(({ keys }) => keys === completed);
    this.#first = shortcut ? null : { key: event.key, at: event.timeStamp };
    if (!shortcut) return;
    event.preventDefault();
    shortcut.run();
  }
}

function typesText(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]')) return true;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio])'))
  );
}

export const shortcuts = new Shortcuts();

/** Adds shortcuts for as long as the component that calls it is on screen. */
export function useShortcuts(added: readonly Shortcut[]): void {
  onMount(() => shortcuts.add(added));
}
