import { constants } from 'node:os';

/** What this process runs when it ends; one for all copies of this package in a thread. */
interface AtExit {
  /** Has it run at the end; once, however often it is added. */
  add(action: () => void): void;
  /** Undoes `add`. */
  delete(action: () => void): void;
}

/** Those that end a process without an `exit` event and can be listened to. SIGPROF is left to profilers. */
const fatalSignals: readonly NodeJS.Signals[] = (
  [
    'SIGINT',
    'SIGTERM',
    'SIGHUP',
    'SIGQUIT',
    'SIGUSR2',
    'SIGABRT',
    'SIGALRM',
    'SIGVTALRM',
    'SIGXCPU',
    'SIGXFSZ',
    'SIGSYS',
    'SIGTRAP',
    'SIGPWR',
    'SIGSTKFLT',
  ] as const
).filter((signal) => signal in constants.signals);

const key = Symbol.for('rx-mcp-pool.at-exit');

/**
 * Of this thread. A second copy of the package, as two versions in one tree or a server that loads its modules anew bring
 * it along, finds that of the first: each of two would take the other for somebody who decides what a signal does.
 */
export function atExit(): AtExit {
  const shared = globalThis as unknown as Record<typeof key, AtExit | undefined>;
  shared[key] ??= new ExitActions();
  return shared[key];
}

/**
 * Listens to the exit and to the signals of this process as long as there is something to run. Not by way of the package
 * `signal-exit`, which puts itself in the place of `process.emit`: whoever begins and stops to use it while the program
 * runs cuts off older and other copies of it, and with them the cursor and the lock files that these look after.
 */
class ExitActions implements AtExit {
  readonly #actions = new Set<() => void>();
  #listens = false;

  add(action: () => void): void {
    this.#actions.add(action);
    if (!this.#listens) this.#listen();
  }

  delete(action: () => void): void {
    this.#actions.delete(action);
    if (this.#actions.size === 0 && this.#listens) this.#leave();
  }

  #listen(): void {
    this.#listens = true;
    process.on('exit', this.#run);
    // The first to hear of it, so that those who only tidy up hear of it alone.
    for (const signal of fatalSignals) process.prependListener(signal, this.#die);
  }

  #leave(): void {
    this.#listens = false;
    process.off('exit', this.#run);
    for (const signal of fatalSignals) process.off(signal, this.#die);
  }

  readonly #run = (): void => {
    for (const action of this.#actions) action();
  };

  /** A listener takes away the signal's effect: this gives it back, unless somebody else listens, who decides then. */
  readonly #die = (signal: NodeJS.Signals): void => {
    const others = process.listenerCount(signal) - 1;
    if (others > tidyingUp()) return;
    this.#run();
    this.#leave();
    // Those who tidy up hear of it next, and raise it again when they have.
    if (others === 0) process.kill(process.pid, HAS_SIGNALS ? signal : 'SIGTERM');
  };
}

/** Windows ends a process for whatever it is sent, but knows only a few of the names. */
const HAS_SIGNALS = process.platform !== 'win32';

/** How many copies of `signal-exit` listen to each signal: they keep count where their versions 3 and 4 find each other's. */
function tidyingUp(): number {
  const emitters: unknown[] = [
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
    Reflect.get(process, '__signal_exit_emitter__'),
  ];
  return emitters.reduce<number>((sum, emitter) => sum + countOf(emitter), 0);
}

function countOf(emitter: unknown): number {
  const count: unknown = Reflect.get(Object(emitter) as object, 'count');
  return typeof count === 'number' ? count : 0;
}
