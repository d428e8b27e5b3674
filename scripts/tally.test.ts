import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-tally-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((of) => ({ status: of })),
});
const cases: [what: string, report: object, exitCode: string, failedSteps: string, line: string, code: number][] = [
  ['all is well', of(2, 0, file('passed', 'passed', 'passed')), '0', '0', '2 passed, 0 failed', 0],
  ['a test failed', of(1, 1, file('failed', 'passed', 'failed')), '1', '0', '1 passed, 1 failed', 1],
  ['a file did not load', of(1, 0, file('passed', 'passed'), file('failed')), '1', '0', '1 passed, 1 failed', 1],
  ['nobody waited for a promise', of(2, 0, file('passed', 'passed')), '1', '0', '2 passed, 1 failed', 1],
  ['a step before the tests failed', of(2, 0, file('passed', 'passed')), '0', '1', '2 passed, 1 failed', 1],
  ['no test ran', of(0, 0), '0', '0', '0 passed, 0 failed', 1],
  ['there is no report', {}, '1', '0', '0 passed, 1 failed', 1],
];

test.for(cases)('the gate says what came out when %s', ([, report, exitCode, failedSteps, line, code]) => {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(report));
  const tally = join(import.meta.dirname, 'tally.ts');
  const { stdout, status } = spawnSync(process.execPath, [tally, path, exitCode, failedSteps], { encoding: 'utf8' });
  expect({ line: stdout.trim(), code: status }).toEqual({ line, code });
});

function of(numPassedTests: number, numFailedTests: number, ...testResults: object[]): object {
  return { numPassedTests, numFailedTests, testResults };
}
