/**
 * What holds without a policy file, and beneath one: a file's targets and policies of the same name take the place of these,
 * and its routes are asked first.
 */
export const builtInPolicies = `
targets:
  log: { channel: log }

policies:
  default:
    critical:
      levels:
        - { after: 0s, targets: [log] }
        - { after: 5m, targets: [log] }
        - { after: 15m, targets: [log] }
      repeats: 3
      repeat_every: 1h
      acknowledge_within: 60m
    high:
      levels:
        - { after: 0s, targets: [log] }
        - { after: 15m, targets: [log] }
        - { after: 60m, targets: [log] }
      repeats: 1
      repeat_every: 4h
      acknowledge_within: 4h
    medium:
      levels:
        - { after: 0s, targets: [log] }
        - { after: 4h, targets: [log] }
      repeat_every: 4h
      notify_resolved: false
    low:
      levels:
        - { after: 0s, targets: [log] }
      repeat_every: 1d
      notify_resolved: false
    info:
      levels: []
      notify_resolved: false

  examples:
    any:
      levels:
        - { after: 0s, targets: [log] }
        - { after: 1m, targets: [log] }
        - { after: 3m, targets: [log] }
      repeat_every: 10m

routes:
  - { labels: { example: 'true' }, policy: examples }
`;
