import type { Writable } from 'node:stream';
import { notSent } from '../transport/sent-requests.ts';

/** The default of `maxBufferedBytes`: 64 MiB. */
export const DEFAULT_MAX_BUFFERED_BYTES: number = 64 * 1024 * 1024;

/** Lines, and characters, that are written together at most, so that the peer can begin with the first of them. */
const MOST_LINES = 128;
const MOST_CHARACTERS = 64 * 1024;

/** The peer does not read, so the line was not written. */
export class PeerNotReadingError extends RangeError {}

interface Sender {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Writes lines, those of one turn of the event loop together: each call to the system costs 5 to 8 µs. Bounded, and no
 * sender waits for ever.
 */
export class LineWriter {
  readonly #writable: Writable;
  readonly #maxBufferedBytes: number;
  /** Lines that are about to be written. */
  #text = '';
  #gathered = 0;
  #isScheduled = false;
  // One list and one listener: a `once('drain')` for each send would warn of a leak at the eleventh.
  #waiting: Sender[] = [];
  #stopped: Error | undefined;
  #lines = 0;

  constructor(writable: Writable, maxBufferedBytes: number = DEFAULT_MAX_BUFFERED_BYTES) {
    this.#writable = writable;
    this.#maxBufferedBytes = maxBufferedBytes;
    writable.on('drain', () => {
      this.#resolveAll();
    });
  }

  /** How many lines may have been sent, in part or whole. */
  get lines(): number {
    return this.#lines;
  }

  /** Resolves while the stream takes more, else when it has drained; rejects when stopped before. */
  write(line: string): Promise<void> {
    const fault = this.put(line);
    if (fault !== undefined) return Promise.reject(fault);
    if (!this.#isFull) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** The same for who does not wait until there is room; returns why the line cannot be sent. */
  put(line: string): Error | undefined {
    // A new error, marked as not sent; the one in `stop` is for senders who have written something.
    if (this.#stopped) return notSent(new Error(this.#stopped.message, { cause: this.#stopped.cause }));
    const buffered = this.#writable.writableLength + this.#text.length;
    if (buffered > this.#maxBufferedBytes) {
      const numbers = `${buffered} bytes wait, the limit is ${this.#maxBufferedBytes} (maxBufferedBytes)`;
      return notSent(new PeerNotReadingError(`the peer does not read: ${numbers}`));
    }
    this.#lines++;
    this.#gathered++;
    this.#text += `${line}\n`;
    if (this.#gathered >= MOST_LINES || this.#text.length > MOST_CHARACTERS) this.#flush();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      process.nextTick(this.#endTurn);
    }
    return undefined;
  }

  /** Writes what is gathered, and rejects whoever waits and whoever writes from now on. */
  stop(error: Error): void {
    if (this.#writable.writable) this.#flush();
    this.#stopped = error;
    for (const sender of this.#take()) sender.reject(error);
  }

  get #isFull(): boolean {
    const { writableLength, writableHighWaterMark, writableNeedDrain } = this.#writable;
    return writableNeedDrain || writableLength + this.#text.length >= writableHighWaterMark;
  }

  readonly #endTurn = (): void => {
    this.#isScheduled = false;
    if (this.#stopped === undefined) this.#flush();
  };

  #flush(): void {
    const text = this.#text;
    if (text === '') return;
    this.#text = '';
    this.#gathered = 0;
    if (this.#writable.write(text)) this.#resolveAll();
  }

  #resolveAll(): void {
    for (const sender of this.#take()) sender.resolve();
  }

  #take(): readonly Sender[] {
    const waiting = this.#waiting;
    if (waiting.length > 0) this.#waiting = [];
    return waiting;
  }
}
