import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Probe } from './probe.ts';
import { type Spread, spreadOf } from './spread.ts';
import { askForLife } from './subject.ts';

/** How a server speaks HTTP. */
export interface HttpManners {
  /** Whether it keeps a session for each client. */
  readonly hasSession: boolean;
  /** From a request to the first byte of its response, on an open socket; absent where that could not be measured. */
  readonly firstByte: Spread | undefined;
}

const TIMES = 10;

/** Where undici tells of a request that is made, and of the headers of its response. */
const MADE = 'undici:request:create';
const ANSWERED = 'undici:request:headers';
const SILENCE_MS = 10_000;

/** Whether a server keeps sessions, and how soon it begins to answer. */
export const httpProbe: Probe<HttpManners> = {
  title: 'listening to its HTTP',
  withinMs: 45_000,
  skip: ({ kind }) => (kind === 'http' ? undefined : 'it is not reached by HTTP'),
  run: async (connections, subject) => {
    const fresh = await connections.open();
    await askForLife(fresh, subject, SILENCE_MS);
    const waits = new FirstBytes();
    try {
      for (let i = 0; i < TIMES; i++) await askForLife(fresh, subject, SILENCE_MS);
    } finally {
      waits.stop();
    }
    const hasSession = fresh.connection.transport.sessionId !== undefined;
    return { hasSession, firstByte: waits.durationsMs.length === 0 ? undefined : spreadOf(waits.durationsMs) };
  },
};

/** How long each POST of this process waits for the first byte, until it is stopped. */
class FirstBytes {
  readonly durationsMs: number[] = [];
  readonly #madeAt = new WeakMap<object, number>();
  readonly #onMade = (message: unknown): void => {
    const { request } = message as { readonly request: { readonly method: string } };
    if (request.method === 'POST') this.#madeAt.set(request, performance.now());
  };
  readonly #onAnswered = (message: unknown): void => {
    const madeAt = this.#madeAt.get((message as { readonly request: object }).request);
    if (madeAt !== undefined) this.durationsMs.push(performance.now() - madeAt);
  };

  constructor() {
    subscribe(MADE, this.#onMade);
    subscribe(ANSWERED, this.#onAnswered);
  }

  stop(): void {
    unsubscribe(MADE, this.#onMade);
    unsubscribe(ANSWERED, this.#onAnswered);
  }
}
