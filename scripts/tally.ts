import { readFileSync } from 'node:fs';
import { z } from 'zod';

const [path = '', exitCode = '1', failedSteps = '0'] = process.argv.slice(2);

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/**
 * Counts tests from Vitest's JSON report: a file that failed outside its tests (it did not load, a hook threw) is one, and so is a run that
 * failed for what the report does not have, such as a promise that nobody waited for.
 */
function tally(): { passed: number; failed: number } {
  const { numPassedTests, numFailedTests, testResults } = report.parse(JSON.parse(readFileSync(path, 'utf8')));
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length;
  const failed = numFailedTests + brokenFiles;
  return { passed: numPassedTests, failed: exitCode !== '0' && failed === 0 ? 1 : failed };
}

function tallyOrFailure(): { passed: number; failed: number } {
  try {
    return tally();
  } catch (error) {
    console.error(`The test report cannot be read: ${String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

const { passed, failed } = tallyOrFailure();
const total = failed + Number(failedSteps);
console.log(`${passed} passed, ${total} failed`);
process.exitCode = total === 0 && passed > 0 ? 0 : 1;
