import { expect, test, vi } from 'vitest';
import { ProgressDisplay, type FileProgress } from './progress.ts';

const loading: FileProgress = {
  name: 'a\u001b[2J.jsonl',
  stage: 'loading',
  bytes: 1_500_000,
  bytes_total: 3_000_000,
  records: '1200',
  records_per_s: 600,
  eta_s: 2,
};

/** Everything that is written while a file is under way for a minute. */
function written(out: { isTTY: boolean; columns: number }, reader: 'person' | 'program'): string {
  vi.useFakeTimers();
  try {
    let text = '';
    const write = (part: string | Uint8Array) => {
      text += String(part);
      return true;
    };
    const display = new ProgressDisplay({ ...out, write }, { total: 2, reader });
    for (let second = 0; second < 60; second++) {
      vi.advanceTimersByTime(1_000);
      display.update('a', loading);
    }
    display.finish('a');
    return text;
  } finally {
    vi.useRealTimers();
  }
}

const line = '0/2  a.jsonl  loading  1.5 of 3.0 MB  1,200 records  600/s  about 2 s left';

test('a terminal has one line that redraws itself and ends empty', () => {
  const text = written({ isTTY: true, columns: 200 }, 'person');
  expect(text.startsWith(`\r\u001b[2K${line}`)).toBe(true);
  expect(text.endsWith('\r\u001b[2K')).toBe(true);
  expect(text).not.toContain('\n');
});

test('a terminal that does not know its width has 80 columns', () => {
  expect(written({ isTTY: true, columns: 0 }, 'person')).toContain(`${line.slice(0, 79)}\r`);
});

test('a log has a line now and then, without control codes', () => {
  const text = written({ isTTY: false, columns: 0 }, 'person');
  expect(text).toBe(`${line}\n`.repeat(6));
});

test('a program that reads the answer has nothing beside it', () => {
  expect(written({ isTTY: false, columns: 0 }, 'program')).toBe('');
});
