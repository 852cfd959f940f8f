import type { ServerResponse } from 'node:http';
import { STREAM_TYPE } from './headers.ts';

/** Bytes that may wait for a reader who does not read; beyond, the stream is cut off. */
const MOST_BEHIND = 8 * 1024 * 1024;

/** One response that is a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #heart: Heart;
  /** What waited for the reader at the last beat. */
  #behind = 0;

  /** Begins the response; `headers`: names and values in turn. */
  constructor(response: ServerResponse, heart: Heart, headers: readonly string[] = []) {
    this.#response = response;
    this.#heart = heart;
    response.writeHead(200, [...STREAM_TYPE, ...headers]);
    heart.add(this);
    response.once('close', () => {
      heart.delete(this);
    });
    // A reader who goes in the middle of a write is told of by `close`, too.
    response.on('error', () => undefined);
  }

  /** Whether nobody reads it any more. */
  get isOver(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  /** Has the client see the response though there is nothing to tell yet. */
  open(): void {
    this.#response.flushHeaders();
  }

  /** Sends a message, which is JSON. */
  send(message: string): void {
    if (this.isOver) return;
    this.#response.write(eventOf(message));
    if (this.#response.writableLength > MOST_BEHIND) this.#response.destroy();
  }

  /** Ends it, after one more message. */
  end(message?: string): void {
    if (this.isOver) return;
    this.#heart.delete(this);
    if (message === undefined) this.#response.end();
    else this.#response.end(eventOf(message));
  }

  /** Says nothing, so that an end is noticed. A reader who has taken nothing since the last time is taken for gone. */
  beat(): void {
    const behind = this.#response.writableLength;
    if (behind > 0 && behind >= this.#behind && this.#behind > 0) this.#response.destroy();
    else this.#response.write(':\n\n');
    this.#behind = this.#response.writableLength;
  }
}

function eventOf(message: string): string {
  return `event: message\ndata: ${message}\n\n`;
}

/** Keeps event streams alive, and finds those that nobody reads any more, with one timer for all. */
export class Heart {
  readonly #beatMs: number;
  readonly #streams = new Set<EventStream>();
  #timer: NodeJS.Timeout | undefined;

  constructor(beatMs: number) {
    this.#beatMs = beatMs;
  }

  add(stream: EventStream): void {
    this.#streams.add(stream);
    this.#timer ??= setInterval(this.#beat.bind(this), this.#beatMs).unref();
  }

  delete(stream: EventStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #beat(): void {
    for (const stream of this.#streams) stream.beat();
  }
}
