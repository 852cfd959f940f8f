import { DEFAULT_MAX_MESSAGE_BYTES } from '../transport/limits.ts';

/** What a framer calls for what it finds. */
interface FramerListener {
  /** One line, decoded, without its line ending; never empty. */
  line(text: string): void;
  /** A line over the limit, or bytes left over at the end; the framer takes no more. */
  error(error: Error): void;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const nothing = Buffer.alloc(0);
/**
 * A buffer larger than this is kept for the next line only if that is a long one too: fresh memory costs more than all that is
 * done with it, but one big message must not be paid for ever after.
 */
const KEPT_BYTES = 64 * 1024;

/**
 * Cuts a stream of bytes into lines, in time linear in the bytes however they are chunked. A line that spans chunks is
 * gathered in one buffer that doubles, at most `maxMessageBytes`: a list of the chunks would hold an object for each
 * byte that a slow peer drips. UTF-8 is decoded only once a line is whole, so a character may be split anywhere.
 */
export class LineFramer {
  readonly #listener: FramerListener;
  readonly #maxMessageBytes: number;
  #held = nothing;
  #heldBytes = 0;
  #stopped = false;

  constructor(listener: FramerListener, maxMessageBytes: number = DEFAULT_MAX_MESSAGE_BYTES) {
    this.#listener = listener;
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Takes the next bytes; calls the listener for each line that they complete. */
  push(chunk: Buffer): void {
    let from = 0;
    // Asked again after each line: the listener may stop the framer in the middle of a chunk.
    while (!this.#stopped) {
      const newline = chunk.indexOf(LINE_FEED, from);
      const to = newline === -1 ? chunk.length : newline;
      if (this.#heldBytes + to - from > this.#maxMessageBytes) this.#refuse(this.#heldBytes + to - from);
      else if (newline === -1) this.#hold(chunk, from, to);
      else this.#complete(chunk, from, to);
      if (newline === -1) return;
      from = newline + 1;
    }
  }

  /** No more bytes will come; what is left over without a newline is reported as an error. */
  end(): void {
    const bytes = this.#heldBytes;
    if (this.#stopped) return;
    this.stop();
    if (bytes > 0)
      this.#listener.error(new Error(`the stream ended inside a message: ${bytes} bytes without a newline`));
  }

  /** Takes no more and frees what it holds; the listener is not called again. */
  stop(): void {
    this.#stopped = true;
    this.#held = nothing;
    this.#heldBytes = 0;
  }

  #complete(chunk: Buffer, from: number, to: number): void {
    if (this.#heldBytes === 0) {
      this.#giveBackAfter(to - from);
      this.#emit(chunk, from, to);
      return;
    }
    this.#hold(chunk, from, to);
    const line = this.#held;
    const bytes = this.#heldBytes;
    this.#heldBytes = 0;
    this.#giveBackAfter(bytes);
    this.#emit(line, 0, bytes);
  }

  #giveBackAfter(bytes: number): void {
    if (this.#held.length > KEPT_BYTES && bytes <= KEPT_BYTES) this.#held = nothing;
  }

  #emit(bytes: Buffer, from: number, to: number): void {
    const end = to > from && bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to;
    if (end > from) this.#listener.line(bytes.toString('utf8', from, end));
  }

  #hold(chunk: Buffer, from: number, to: number): void {
    const needed = this.#heldBytes + to - from;
    if (needed > this.#held.length) {
      const room = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(2 * this.#held.length, this.#maxMessageBytes)));
      this.#held.copy(room, 0, 0, this.#heldBytes);
      this.#held = room;
    }
    chunk.copy(this.#held, this.#heldBytes, from, to);
    this.#heldBytes = needed;
  }

  #refuse(bytes: number): void {
    this.stop();
    this.#listener.error(
      new RangeError(`a message of at least ${bytes} bytes: the limit is ${this.#maxMessageBytes} (maxMessageBytes)`),
    );
  }
}
