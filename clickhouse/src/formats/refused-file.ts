/** Why a file is refused as a whole; `limit` names a limit of the source, the other words a property of the content. */
export type RefusalCode =
  | 'limit'
  | 'source'
  | 'content'
  | 'encoding'
  | 'compression'
  | 'damaged'
  | 'encrypted'
  | 'header'
  | 'crashed'
  | 'unsupported';

/**
 * Thrown when nothing of a file can become visible. The message is the load's `reason`: a whole sentence for people.
 * It is final: the same bytes under the same configuration are refused again.
 */
export class RefusedFile extends Error {
  readonly code: RefusalCode;
  readonly retryable = false;
  /** The sentence without anything of what the file holds, for sources that hide values. */
  readonly discreet: string;

  /** @param options.shows what the sentence goes on to show of the content */
  constructor(code: RefusalCode, message: string, options: ErrorOptions & { shows?: string } = {}) {
    const { shows, ...rest } = options;
    super(shows === undefined ? message : `${message} ${shows}`, rest);
    this.discreet = message;
    this.name = 'RefusedFile';
    this.code = code;
  }
}
