import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { endGroup, isPortFree, spawnTied } from '@assay/temporal';
import type { Tied } from '@assay/temporal';
import { LogFile } from './log-file.ts';
import { Repetition, terminalLine } from './log-line.ts';
import { portOwner } from './port-owner.ts';

/** One process that has to run as long as Assay does. */
export type ServicePlan = {
  name: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd?: string;
  /** The ports it listens on, and the setting that moves each. */
  ports: readonly { number: number; setting: string }[];
  /** Resolves when it answers; is asked anew after each start. */
  untilReady(pid: number, signal: AbortSignal): Promise<void>;
  /** How long it may take to finish its work after SIGTERM. */
  grace_ms: number;
};

export type ServiceHost = {
  logs: string;
  /** Where each process has a temporary folder of its own. */
  scratch: string;
  say(name: string, sentence: string): void;
  /** The set of running processes is another one now. */
  changed(): void;
};

const backOffFirst_ms = 250;
const backOffLast_ms = 30_000;
/** A process that lived this long has recovered: its next crash begins with a short wait again. */
const recovered_ms = 60_000;

/** Starts a process, keeps it running, and stops it. */
export class Service {
  readonly plan: ServicePlan;
  readonly #host: ServiceHost;
  readonly #log: LogFile;
  readonly #stopping = new AbortController();
  #running: { tied: Tied; pid: number; since: number } | undefined;
  readonly #repetition = new Repetition();
  #lastLines: string[] = [];
  #starting: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  #restarting: Promise<void> = Promise.resolve();

  constructor(plan: ServicePlan, host: ServiceHost) {
    this.plan = plan;
    this.#host = host;
    this.#log = new LogFile(`${host.logs}/${plan.name}.log`, (why) => host.say(plan.name, why));
  }

  /** The process number while it is ready. */
  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** @throws a sentence with the reason and what to do when it ends before it is ready */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    await this.#refuseTakenPorts();
    const notStarted = new Error(`${this.plan.name} was stopped before it was ready.`);
    if (this.#isStopping()) throw notStarted;
    const { name, command, args, env, cwd } = this.plan;
    const tied = spawnTied(command, args, {
      env: { ...process.env, TMPDIR: this.#emptyScratch(), ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#read(tied);
    const attempt = new AbortController();
    const ended = once(tied.shell, 'close').then(() => {
      const words = this.#lastLines.join('\n');
      throw new Error(`${name} ended with code ${tied.shell.exitCode ?? 'none'} before it was ready.\n${words}`);
    });
    ended.catch(() => {});
    const ready = tied.pid.then(async (pid) => {
      await this.plan.untilReady(pid, attempt.signal);
      return pid;
    });
    const stopped = once(this.#stopping.signal, 'abort').then(() => {
      throw notStarted;
    });
    stopped.catch(() => {});
    try {
      const pid = await Promise.race([ready, ended, stopped]);
      this.#running = { tied, pid, since: Date.now() };
    } catch (error) {
      attempt.abort();
      ready.catch(() => {});
      await endGroup(tied.shell, 'SIGKILL');
      throw error;
    }
    ended.catch(() => this.#lost(tied));
    this.#host.changed();
  }

  /** What the last process was working on when it was killed must not stay for ever. */
  #emptyScratch(): string {
    const folder = join(this.#host.scratch, this.plan.name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Stops it and starts it again, as after a change of its code. */
  async restart(): Promise<void> {
    const running = this.#running;
    if (!running) return this.#restarting;
    this.#running = undefined;
    await endGroup(running.tied.shell, 'SIGTERM', this.plan.grace_ms);
    this.#restarting = this.#startUntilItStays(backOffFirst_ms);
    return this.#restarting;
  }

  /** SIGTERM, and SIGKILL when its grace is over. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled([this.#starting, this.#restarting]);
    const running = this.#running;
    this.#running = undefined;
    if (running) await endGroup(running.tied.shell, 'SIGTERM', this.plan.grace_ms);
    this.#log[Symbol.dispose]();
  }

  #lost(tied: Tied): void {
    const running = this.#running;
    if (running?.tied !== tied) return;
    this.#running = undefined;
    this.#host.changed();
    const wait_ms = Date.now() - running.since > recovered_ms ? backOffFirst_ms : this.#nextWait();
    this.#host.say(this.plan.name, `ended unexpectedly with code ${tied.shell.exitCode ?? 'none'}; starting it again`);
    this.#restarting = endGroup(tied.shell, 'SIGKILL').then(() => this.#startUntilItStays(wait_ms));
  }

  #wait_ms = backOffFirst_ms / 2;

  #nextWait(): number {
    this.#wait_ms = Math.min(this.#wait_ms * 2, backOffLast_ms);
    return this.#wait_ms;
  }

  async #startUntilItStays(first_ms: number): Promise<void> {
    this.#wait_ms = first_ms;
    for (;;) {
      await delay(this.#wait_ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return;
      try {
        await this.start();
        this.#host.say(this.plan.name, 'is running again');
        return;
      } catch (error) {
        if (this.#isStopping()) return;
        this.#host.say(this.plan.name, error instanceof Error ? error.message : String(error));
        this.#nextWait();
      }
    }
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #read({ shell }: Tied): void {
    for (const name of ['stdout', 'stderr'] as const) {
      const input = shell[name];
      if (!input) continue;
      createInterface({ input }).on('line', (line) => {
        this.#log.write(line);
        this.#lastLines = [...this.#lastLines.slice(-9), line];
        // Until it is ready its last lines are told with the reason why it is not.
        const shown = this.#running ? terminalLine(line, name) : undefined;
        if (shown !== undefined && this.#repetition.isDue(shown, performance.now()))
          this.#host.say(this.plan.name, shown);
      });
    }
  }

  async #refuseTakenPorts(): Promise<void> {
    for (const { number, setting } of this.plan.ports) {
      if (await isPortFree(number)) continue;
      const owner = portOwner(number);
      const who = owner ? `${owner.program} (process ${owner.pid})` : 'another program';
      throw new Error(
        `${this.plan.name} cannot start: port ${number} is taken by ${who}. Stop that, or set ${setting} to a free port.`,
      );
    }
  }
}
