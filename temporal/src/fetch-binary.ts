import type { Report } from './ensure.ts';

export type FetchBinary = {
  /** Where the executable must stand when it is whole; never half written. */
  destination: string;
  env: Readonly<Record<string, string | undefined>>;
  report: Report;
};
