import type { Receipt } from '@assay/api';
import type { Failure } from './failure.ts';

/** A file on its way to a source. The browser streams it from disk; nothing is held in memory. */
export class Upload {
  readonly file: File;
  readonly source: string;
  sent = $state(0);
  receipt = $state.raw<Receipt>();
  failure = $state.raw<Failure>();
  #request = new XMLHttpRequest();

  constructor(source: string, file: File) {
    this.source = source;
    this.file = file;
    const request = this.#request;
    request.upload.addEventListener('progress', ({ loaded }) => (this.sent = loaded));
    request.addEventListener('load', () => this.#answered());
    request.addEventListener('error', () => {
      this.failure = {
        message: `The connection broke while ${file.name} was sent. Nothing was accepted: send it again.`,
        request_id: '',
        code: 'unreachable',
        fields: [],
      };
    });
    request.open('POST', `/api/v1/sources/${encodeURIComponent(source)}/files?file=${encodeURIComponent(file.name)}`);
    request.responseType = 'json';
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.send(file);
  }

  get done(): boolean {
    return this.receipt !== undefined || this.failure !== undefined;
  }

  /** Stops sending; the API keeps nothing of a file that did not arrive whole. */
  cancel(): void {
    this.#request.abort();
  }

  #answered(): void {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- the browser types every JSON answer as any
    const answer: Receipt | Failure | null = this.#request.response;
    if (answer !== null && 'load_id' in answer) {
      this.receipt = answer;
    } else {
      const { status } = this.#request;
      this.failure = {
        message: answer?.message ?? `The API answered ${status} without a reason. Nothing was accepted.`,
        request_id: answer?.request_id ?? '',
        code: answer?.code ?? 'internal',
        fields: answer?.fields ?? [],
      };
    }
  }
}
