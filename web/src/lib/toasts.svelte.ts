export interface Toast {
  readonly id: number;
  readonly tone: 'done' | 'failed';
  readonly message: string;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

const lifetime_ms = 5000;

/** Short messages about what a person just did. One with an action stays until it is dismissed. */
class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  done(message: string, action: Toast['action'] = null): void {
    this.#show({ tone: 'done', message, action });
  }

  failed(message: string): void {
    this.#show({ tone: 'failed', message, action: null });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Runs the newest action there is, such as an undo. */
  runNewest(): void {
    const newest = this.list.findLast((toast) => toast.action !== null);
    if (!newest) return;
    this.dismiss(newest.id);
    newest.action?.run();
  }

  #show(toast: Omit<Toast, 'id'>): void {
    const id = this.#next++;
    this.list = [...this.list.slice(-3), { ...toast, id }];
    if (toast.action === null && toast.tone === 'done') setTimeout(() => this.dismiss(id), lifetime_ms);
  }
}

export const toasts = new Toasts();
