import type { ServerResponse } from 'node:http';
import type { StreamEvents } from './protocol.ts';
import { begin } from './responses.ts';

/** One open page, or whoever else reads: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export class EventStream {
  readonly #response: ServerResponse;
  #isFull = false;

  /** `onEnd` is called once, whoever ends it. */
  constructor(response: ServerResponse, onEnd: () => void) {
    this.#response = response;
    EventStream.begin(response);
    response.on('drain', () => {
      this.#isFull = false;
    });
    response.once('close', onEnd);
    // A reader who goes in the middle of a write is told of by `close`, too.
    response.on('error', () => undefined);
  }

  /** Sends the headers of a stream. */
  static begin(response: ServerResponse): ServerResponse {
    return begin(response, 200, 'text/event-stream; charset=utf-8');
  }

  /** Whether the reader has still to take what was sent; to send more would only fill our memory. */
  get isFull(): boolean {
    return this.#isFull;
  }

  send<Name extends keyof StreamEvents>(name: Name, data: StreamEvents[Name]): void {
    this.#write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Says nothing, so that an end is noticed on both sides. */
  ping(): void {
    this.#write(':\n\n');
  }

  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (!this.#response.write(text)) this.#isFull = true;
  }
}
