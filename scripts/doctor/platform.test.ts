import { expect, test } from 'vitest';
import { examinePlatform, thisPlatform } from './platform.ts';
import type { Platform } from './platform.ts';

const good: Platform = {
  os: 'linux',
  arch: 'x64',
  node: '24.21.0',
  glibc: '2.36',
  cpuFlags: new Set(['sse4_2', 'popcnt']),
};
const wrong = (over: Partial<Platform>) =>
  examinePlatform({ ...good, ...over })
    .filter(({ verdict }) => verdict === 'wrong')
    .map(({ says }) => says);

test.each<[string, Partial<Platform>]>([
  ['Linux x64', {}],
  ['Linux arm64', { arch: 'arm64', cpuFlags: new Set(['atomics', 'asimd']) }],
  ['macOS', { os: 'darwin', arch: 'arm64', glibc: undefined, cpuFlags: new Set() }],
  ['glibc 2.28', { glibc: '2.28' }],
])('%s is supported', (_, over) => {
  expect(wrong(over)).toEqual([]);
});

test.each<[string, Partial<Platform>, RegExp]>([
  ['Windows', { os: 'win32' }, /win32 is not supported.*WSL/],
  ['FreeBSD', { os: 'freebsd' }, /freebsd is not supported/],
  ['Alpine', { glibc: undefined }, /musl, as in Alpine/],
  ['an old glibc', { glibc: '2.17' }, /glibc 2.17 is too old/],
  ['riscv64', { arch: 'riscv64', cpuFlags: new Set(['atomics', 'asimd']) }, /architecture riscv64/],
  ['an old processor', { cpuFlags: new Set(['popcnt']) }, /lacks sse4_2/],
  ['Node 20', { node: '20.20.2' }, /20.20.2 is too old.*pnpm@12 start/],
])('%s is refused by name', (_, over, sentence) => {
  expect(wrong(over)).toEqual([expect.stringMatching(sentence)]);
});

test('this machine is read', () => {
  const { os, arch, node } = thisPlatform();
  expect([os, arch, node]).toEqual([process.platform, process.arch, process.versions.node]);
});
