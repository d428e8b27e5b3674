import { afterAll, afterEach } from 'vitest';

/**
 * Makes every console call fail the test it happens in: at once where it is made, and again after the test in
 * case the error was swallowed on the way.
 */
const methods = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const;
const calls: Error[] = [];

for (const method of methods) {
  console[method] = (...words: unknown[]) => {
    const error = new Error(`console.${method}(${words.map(String).join(' ')}) was called: tests are silent.`);
    calls.push(error);
    throw error;
  };
}

function failOnCalls(): void {
  const [first] = calls.splice(0);
  if (first) throw first;
}

afterEach(failOnCalls);
afterAll(failOnCalls);
