import { timeDoubt, type TimeDoubt } from '@assay/clickhouse';
import { maskedValue } from '@assay/rules';
import type { Reading } from './read-once.ts';
import { shownText } from './shown-text.ts';

const named_max = 3;

/** Per column of dates or timestamps, one sentence on values that name no real moment or more than one. */
export function timeFindings(
  { plan, totals }: Pick<Reading, 'plan' | 'totals'>,
  masked: ReadonlySet<string>,
): string[] {
  return plan.columns.flatMap((column, place) => {
    const { type } = column;
    if (type.kind !== 'date' && type.kind !== 'timestamp') return [];
    const zone = column.zone ?? (type.kind === 'timestamp' ? type.zone : null) ?? 'UTC';
    const doubts = (totals.columns[place]?.odd ?? []).flatMap(({ line, raw }) => {
      const text = raw.replace(/^"(.*)"$/, '$1');
      const doubt = timeDoubt(text, zone);
      // A declared format has said which it is; the text is written in another one.
      const isDecided = doubt?.kind === 'ambiguous' && column.timestamp_format !== undefined;
      return doubt === undefined || isDecided ? [] : [{ line, text, doubt }];
    });
    if (doubts.length === 0) return [];
    const hidden = masked.has(column.name);
    const list = doubts
      .slice(0, named_max)
      .map(({ line, text, doubt }) =>
        hidden
          ? `line ${String(line)} has ${maskedValue}, ${inKinds[doubt.kind]}`
          : `line ${String(line)} has ${shownText(text)}, ${inWords(doubt)}`,
      )
      .join('; ');
    const todo = doubts.some(({ doubt }) => doubt.kind === 'ambiguous')
      ? ' Say which with a timestamp_format, such as %d/%m/%Y.'
      : '';
    return [`Column ${shownText(column.name)}: ${list}.${todo}`];
  });
}

/** The same without the moments themselves. */
const inKinds = {
  ambiguous: 'which may be more than one moment',
  invalid: 'which does not exist',
  clock: 'which the clocks of its zone skipped or showed twice',
} as const satisfies Record<TimeDoubt['kind'], string>;

function inWords(doubt: TimeDoubt): string {
  switch (doubt.kind) {
    case 'ambiguous':
      return `which may be ${doubt.readings.join(' or ')}`;
    case 'invalid':
      return `a ${doubt.what} that does not exist`;
    case 'clock':
      return `a time that the clocks of ${doubt.zone} skipped or showed twice`;
  }
}
