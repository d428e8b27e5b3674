import { spawnSync } from 'node:child_process';

/** Everything about the code that can be judged without running it. All steps run; one that fails fails the check. */
const steps: [name: string, command: string, ...args: string[]][] = [
  ['generated files are up to date', 'node', 'scripts/gen.ts', '--check'],
  ['formatting', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['lint', 'eslint', '--max-warnings', '0', '.'],
  ['types', 'tsc', '-p', '.'],
  [
    'types of the dashboard',
    'svelte-check',
    '--workspace',
    'web',
    '--tsconfig',
    './tsconfig.json',
    '--fail-on-warnings',
  ],
];

const failed = steps.filter(([name, command, ...args]) => {
  const started = Date.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  return status !== 0;
});

if (failed.length > 0) {
  console.error(`check failed: ${failed.map(([name]) => name).join(', ')}`);
  process.exitCode = 1;
}
