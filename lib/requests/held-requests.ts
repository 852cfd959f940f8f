import { type AsyncContext, currentContext } from '../base/async-context.ts';
import type { Queued } from '../state/key-ring.ts';
import { WaiterQueue } from '../state/waiter-queue.ts';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import type { Turn } from './responses.ts';

/** A request that was taken, and how it is to be checked out. */
export interface Taken<Request> {
  readonly request: Request;
  readonly checkout: CheckoutOptions | undefined;
  readonly turn: Turn | undefined;
  /** The asynchronous context in which it came, kept where it begins in another. */
  readonly context?: AsyncContext;
}

/** A request that is held back. */
export type Held<Request> = Required<Taken<Request>>;

/** Requests that wait until one of those under way has ended. */
export interface HeldRequests<Request> {
  readonly length: number;
  push(taken: Taken<Request>): void;
  shift(): Held<Request> | undefined;
}

/** So many that have gone are kept in front, since moving all that follow costs more than their room. */
const GONE = 1024;

/** First in first out: for requests that are all checked out alike. */
export class PlainRow<Request> implements HeldRequests<Request> {
  // Rows of what is there anyway: an object for each held request is what a long row would cost most.
  readonly #requests: Request[] = [];
  readonly #turns: (Turn | undefined)[] = [];
  readonly #contexts: AsyncContext[] = [];
  #first = 0;

  get length(): number {
    return this.#requests.length - this.#first;
  }

  push({ request, turn }: Taken<Request>): void {
    this.#requests.push(request);
    this.#turns.push(turn);
    this.#contexts.push(currentContext());
  }

  shift(): Held<Request> | undefined {
    const context = this.#contexts[this.#first];
    if (context === undefined) return undefined;
    const [request, turn] = [this.#requests[this.#first] as Request, this.#turns[this.#first]];
    const held = { request, checkout: undefined, turn, context };
    this.#first++;
    if (this.length === 0 || this.#first === GONE) {
      this.#requests.splice(0, this.#first);
      this.#turns.splice(0, this.#first);
      this.#contexts.splice(0, this.#first);
      this.#first = 0;
    }
    return held;
  }
}

interface InRow<Request> extends Queued {
  readonly held: Held<Request>;
}

/** In the order of the pool's own queue; else who has many would keep the others from ever reaching that. */
export class FairRow<Request> implements HeldRequests<Request> {
  readonly #queue = new WaiterQueue<InRow<Request>>();
  #lastId = 0;

  get length(): number {
    return this.#queue.length;
  }

  push(taken: Taken<Request>): void {
    const held = { ...taken, context: currentContext() };
    const { key, priority = 0 } = taken.checkout ?? {};
    const id = ++this.#lastId;
    this.#queue.push(key === undefined ? { id, priority, held } : { id, key, priority, held });
  }

  shift(): Held<Request> | undefined {
    return this.#queue.shift()?.held;
  }
}
