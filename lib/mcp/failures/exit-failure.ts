/** How a process ended that was not asked to end. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The line of its stderr that tells most. */
  readonly said: string | undefined;
  /** How long it lived, in milliseconds. */
  readonly ageMs: number;
}

/**
 * A program that ends within so many milliseconds never got to work. It is that long because package managers take
 * seconds to fail.
 */
const AT_ONCE_MS = 5000;

/** Signals that come from outside, and so say nothing about the next process. */
const foreignSignals: readonly unknown[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];

/** Parts of a message that differ from one start to the next: times, process numbers, ports, ids. */
const passing = /\d[\d:.,TZ+-]{3,}|\b[\da-f-]{8,}\b/gi;

/** The server's process has ended by itself; the message says how, and what it said of it. */
export class ExitFailure extends Error {
  /** Whether it ended as soon as it had been started, and by itself. */
  readonly isAtOnce: boolean;
  readonly #exit: Exit;

  constructor(exit: Exit) {
    super(`the server ${howOf(exit)}${becauseOf(exit)}`);
    this.#exit = exit;
    this.isAtOnce = exit.ageMs < AT_ONCE_MS && !foreignSignals.includes(exit.signal);
  }

  /** Whether it ended in the same way as the other, times, process numbers and the like aside. */
  isLike(other: ExitFailure): boolean {
    const [one, two] = [this.#exit, other.#exit];
    return one.code === two.code && one.signal === two.signal && lasting(one.said) === lasting(two.said);
  }

  /** The same failure as one that will not pass by itself. */
  asLasting(): LastingExit {
    return new LastingExit(`the server ${howOf(this.#exit)}, at once and twice in a row${becauseOf(this.#exit)}`, this);
  }
}

/** The server ends whenever it is started, at once and in the same way: somebody has to change something. */
export class LastingExit extends Error {
  constructor(message: string, cause: ExitFailure) {
    super(message, { cause });
  }
}

function howOf({ code, signal }: Exit): string {
  return signal === null ? `exited with code ${String(code)}` : `was ended by ${signal}`;
}

function becauseOf({ said }: Exit): string {
  return said === undefined ? '' : `: ${said}`;
}

function lasting(said: string | undefined): string | undefined {
  return said?.replace(passing, '#');
}
