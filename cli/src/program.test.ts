import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from './program.ts';
import type { Session } from './session.ts';

const noWork: Session = {
  env: {},
  withApi: () => Promise.reject(new Error('nothing is asked of the API here')),
  print: () => undefined,
  answer: () => undefined,
  note: () => undefined,
  exitWith: () => undefined,
};

interface Leaf {
  readonly name: string;
  readonly command: Command;
}

function leavesOf(command: Command, names: readonly string[] = []): Leaf[] {
  const here = [...names, command.name()];
  if (command.commands.length === 0) return [{ name: here.join(' '), command }];
  return command.commands.flatMap((child) => leavesOf(child, here));
}

/** What `--help` prints, with what is added behind it. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

/** The words of a line as a shell would cut them; the last command of a pipe. */
function wordsOf(line: string): string[] {
  const last = line.split(' | ').at(-1) ?? '';
  return [...last.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

const leaves = leavesOf(createProgram(noWork));

test('there are commands to help with', () => {
  expect(leaves.length).toBeGreaterThan(20);
});

describe('the help of every command ends with an example that it would take', () => {
  test.each(leaves)('$name', async ({ name, command }) => {
    const help = helpOf(command);
    const [, shown] = help.split(/\nExamples?:\n/);
    const lines = (shown ?? '').split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).toContain(name);
      const program = createProgram(noWork);
      let ran = '';
      for (const leaf of leavesOf(program)) {
        leaf.command.exitOverride().action(() => {
          ran = leaf.name;
        });
      }
      await program.parseAsync(wordsOf(line).slice(1), { from: 'user' });
      expect(ran).toBe(name);
    }
  });
});

test('every option says what it is for', () => {
  for (const { name, command } of leaves)
    for (const option of command.options) expect([name, option.flags, option.description]).not.toContain('');
});

describe('what is misspelt is told with what was meant', () => {
  test.each([
    [['lods', 'list'], '(Did you mean loads?)'],
    [['loads', 'lst'], '(Did you mean list?)'],
    [['ingest', 'a.csv', '--sorce', 'x'], '(Did you mean --source?)'],
    [['rules', 'plan', 'x.yaml', '--jsn'], '(Did you mean --json?)'],
    [['keys', 'create', '--role', 'boss'], 'Allowed choices are viewer, editor, admin.'],
    [['loads', 'list', '--limit', '0'], 'Write a whole number from 1 to 999999.'],
    [['ingest'], "missing required argument 'file'"],
    [['loads', 'show'], "missing required argument 'load_id'"],
    [['loads', 'show', '1', '2'], 'too many arguments'],
  ])('%j', async (words, told) => {
    const program = createProgram(noWork);
    let text = '';
    for (const command of [program, ...program.commands.flatMap((child) => [child, ...child.commands])]) {
      command
        .exitOverride()
        .configureOutput({ writeErr: (part) => (text += part), writeOut: (part) => (text += part) });
    }
    await expect(program.parseAsync(words, { from: 'user' })).rejects.toThrow();
    expect(text).toContain(told);
    expect(text).toContain('--help');
  });
});
