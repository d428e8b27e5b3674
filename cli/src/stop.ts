/** Ends the command with a sentence for the person at the terminal and an exit code. */
export class Stop extends Error {
  readonly exit_code: number;

  constructor(message: string, exit_code = 3) {
    super(message);
    this.name = 'Stop';
    this.exit_code = exit_code;
  }
}
