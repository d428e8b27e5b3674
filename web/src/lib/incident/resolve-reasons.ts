/** Why an incident is resolved, as people choose and read it. */
export const resolveReasons = [
  { value: 'fixed_at_source', label: 'Fixed at the source', hint: 'The sender corrected the data.' },
  { value: 'fixed_pipeline', label: 'Fixed in our pipeline', hint: 'We corrected how we make or load the data.' },
  { value: 'expected_change', label: 'Expected change', hint: 'The data is right; the rule should follow it.' },
  { value: 'false_positive', label: 'False positive', hint: 'The rule was wrong about this load.' },
  { value: 'no_action', label: 'No action needed', hint: 'Known and accepted.' },
  { value: 'duplicate', label: 'Duplicate', hint: 'Another incident covers it.' },
] as const;

export type ResolveReason = (typeof resolveReasons)[number]['value'];

/** Beside those of people, the reasons that Assay itself resolves for. */
export const reasonWords: Readonly<Record<string, string>> = {
  ...Object.fromEntries(resolveReasons.map(({ value, label }) => [value, label])),
  clean_load: 'Resolved by a clean load',
  load_withdrawn: 'Its load was withdrawn',
  load_reloaded: 'Its load was loaded again',
  rows_returned: 'Its rows are all there again',
  load_expired: 'The rows of its load expired',
  segment_gone: 'Its segment no longer occurs',
  rule_deleted: 'Its rule was deleted',
};
