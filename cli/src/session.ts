import { openApi, toStop, type Api } from './api.ts';
import { printableLines } from './table.ts';

/** What every command is given. */
export interface Session {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs work with the API; what it refuses becomes a Stop. */
  withApi<T>(work: (api: Api) => Promise<T>): Promise<T>;
  /** A line of the answer, on stdout. */
  print(line: string): void;
  /** The answer as JSON for scripts, or as text for people. */
  answer(flags: { readonly json?: true }, data: unknown, text: string): void;
  /** A line beside the answer, on stderr. */
  note(line: string): void;
  /** What the process will exit with, when nothing else goes wrong. */
  exitWith(code: number): void;
}

/** The session of a process: its environment, its terminal, its exit code. */
export function createSession(env: Readonly<Record<string, string | undefined>>): Session {
  const print = (line: string) => {
    process.stdout.write(`${line}\n`);
  };
  return {
    env,
    async withApi(work) {
      const api = openApi(env);
      try {
        return await work(api);
      } catch (error) {
        throw toStop(error, api.url);
      }
    },
    print,
    answer: (flags, data, text) => {
      print(flags.json ? JSON.stringify(data) : text);
    },
    note: (line) => {
      process.stderr.write(`${printableLines(line)}\n`);
    },
    exitWith: (code) => {
      process.exitCode = code;
    },
  };
}
