/**
 * Runs a program that knows nothing of us so that it cannot outlive us: a shell waits for the program and for the end
 * of its own stdin, which the kernel closes when we die, however we die. SIGTERM to the shell is passed on, and the
 * shell ends with the program's exit code.
 */
const script = `
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
(read -r _ <&3; kill -TERM $program 2>/dev/null) &
watcher=$!
exec 3<&-
trap 'kill -TERM $program 2>/dev/null' TERM INT HUP
wait $program
code=$?
while kill -0 $program 2>/dev/null; do wait $program; code=$?; done
kill $watcher 2>/dev/null
exit $code
`;

/** The command and arguments to spawn instead of `command args`; its stdin must be a pipe that is never written to. */
export function withLifeline(command: string, args: readonly string[]): [command: string, args: string[]] {
  return ['/bin/sh', ['-c', script, 'lifeline', command, ...args]];
}
