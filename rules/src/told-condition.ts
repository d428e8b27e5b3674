const shown_max = 120;

/**
 * A condition as a finding names it: in the words people gave the rule, else as it is written. One line, and cut when it is long: the
 * rule has the whole.
 * @param description of the rule; null when nobody wrote one
 */
export function toldCondition(written: string, description: string | null): string {
  const [told = ''] = (description ?? '').trim().split('\n', 1);
  return told === '' ? short(written) : `“${short(told).replace(/\.$/, '')}”`;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= shown_max ? line : `${line.slice(0, shown_max).toWellFormed().trimEnd()}…`;
}
