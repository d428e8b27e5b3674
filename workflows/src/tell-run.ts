import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { LoadIdentity } from './load-steps.ts';
import { searchAttributes } from './search-attributes.ts';

/** What a person reads about a run in Temporal's own UI. */
export function tell(load: LoadIdentity, sentence: string): void {
  setCurrentDetails(`**${load.file}** for \`${load.source}\`\n\n${sentence}`);
}

/** The last of it, and what a person filters by: once a run, since every change costs the server as much as a step. */
export function conclude(load: LoadIdentity, end: { state: string; verdict: string }, sentence: string): void {
  tell(load, sentence);
  upsertSearchAttributes([
    { key: searchAttributes.state, value: end.state },
    { key: searchAttributes.verdict, value: end.verdict },
  ]);
}
