import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { createSession } from './session.ts';
import { Stop } from './stop.ts';
import { printableLines } from './table.ts';
import { loadSettings } from './working-copy.ts';

/** A wrong command line is an error like any other. */
const error = 3;

// A pipe that is closed, as by `head`, ends the command in silence.
process.stdout.on('error', () => process.exit(error));

loadSettings();
const program = createProgram(createSession(process.env));
for (const command of [program, ...program.commands.flatMap((child) => [child, ...child.commands])])
  command.exitOverride();
try {
  await program.parseAsync();
} catch (stopped) {
  if (stopped instanceof Stop) {
    process.stderr.write(`${printableLines(stopped.message)}\n`);
    process.exitCode = stopped.exit_code;
  } else if (stopped instanceof CommanderError) {
    process.exitCode = stopped.exitCode === 0 ? 0 : error;
  } else {
    // Left to Node it would end with 1, which is the code of a failing file.
    process.stderr.write(`${explain(stopped)}\n`);
    process.exitCode = error;
  }
}

/** What the system refused has words of its own; anything else is a fault of ours, whose place is told to who asks for it. */
function explain(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if ('syscall' in thrown) return `That did not work: ${thrown.message}.`;
  if (process.env['ASSAY_DEBUG'] !== undefined) return thrown.stack ?? thrown.message;
  return `That is a fault of this command line: ${thrown.message}. Run it again with ASSAY_DEBUG=1 to see where.`;
}
