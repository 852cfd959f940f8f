import type { Writable } from 'node:stream';
import { notSent } from '../transport/sent-requests.ts';

/** The default of `maxBufferedBytes`: 64 MiB. */
export const DEFAULT_MAX_BUFFERED_BYTES: number = 64 * 1024 * 1024;

/** Lines that are written together at most, so that the peer can begin with the first while the rest is written. */
const MOST_TOGETHER = 8;

/** The peer does not read, so the line was not written. */
export class PeerNotReadingError extends RangeError {}

interface Sender {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Writes lines and tells each sender when there is room for more: bounded, and no sender waits for ever. */
export class LineWriter {
  readonly #writable: Writable;
  readonly #maxBufferedBytes: number;
  // One list and one listener: a `once('drain')` for each send would warn of a leak at the eleventh.
  #waiting: Sender[] = [];
  #stopped: Error | undefined;
  #lines = 0;
  /** Lines written since the event loop last went on. */
  #thisTurn = 0;

  constructor(writable: Writable, maxBufferedBytes: number = DEFAULT_MAX_BUFFERED_BYTES) {
    this.#writable = writable;
    this.#maxBufferedBytes = maxBufferedBytes;
    writable.on('drain', () => {
      for (const sender of this.#take()) sender.resolve();
    });
  }

  /** How many lines may have been sent, in part or whole. */
  get lines(): number {
    return this.#lines;
  }

  /** Resolves at once while the stream takes more, else when it has drained; rejects when stopped before. */
  write(line: string): Promise<void> {
    // A new error, marked as not sent; the one below is for senders who have written something.
    if (this.#stopped) return Promise.reject(notSent(new Error(this.#stopped.message, { cause: this.#stopped.cause })));
    const buffered = this.#writable.writableLength;
    if (buffered > this.#maxBufferedBytes) {
      const numbers = `${buffered} bytes wait, the limit is ${this.#maxBufferedBytes} (maxBufferedBytes)`;
      return Promise.reject(notSent(new PeerNotReadingError(`the peer does not read: ${numbers}`)));
    }
    this.#lines++;
    this.#gather();
    if (this.#writable.write(`${line}\n`)) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Rejects whoever waits and whoever writes from now on. */
  stop(error: Error): void {
    this.#stopped = error;
    for (const sender of this.#take()) sender.reject(error);
  }

  /** The first line of a turn goes at once, those that follow together: each call to the system costs 5 to 8 µs. */
  #gather(): void {
    const before = this.#thisTurn++;
    if (before === 0) {
      process.nextTick(this.#endTurn);
    } else if (before % MOST_TOGETHER === 1) {
      this.#writable.uncork();
      this.#writable.cork();
    }
  }

  readonly #endTurn = (): void => {
    this.#thisTurn = 0;
    this.#writable.uncork();
  };

  #take(): readonly Sender[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}
