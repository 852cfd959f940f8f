import type { Queued } from '../state/key-ring.ts';
import { WaiterQueue } from '../state/waiter-queue.ts';
import type { CheckoutOptions } from './checkout-options.ts';
import type { Turn } from './outlet.ts';
import type { RepeatPolicy } from './repeat.ts';

/** A request that was taken, and how it is to be checked out. */
export interface Taken<Request> {
  readonly request: Request;
  readonly checkout: CheckoutOptions | undefined;
  readonly turn: Turn | undefined;
  /** What follows it, where that was settled when it came. */
  readonly repeat?: RepeatPolicy<Request>;
}

/** Requests that wait until one of those under way has ended. */
export interface HeldRequests<Request> {
  readonly length: number;
  push(taken: Taken<Request>): void;
  shift(): Taken<Request> | undefined;
}

/** So many that have gone are kept in front, since moving all that follow costs more than their room. */
const GONE = 1024;

/** First in first out: for requests that are all checked out alike. */
export class PlainRow<Request> implements HeldRequests<Request> {
  // Two rows of what is there anyway: an object for each held request is what a long row would cost most.
  readonly #requests: Request[] = [];
  readonly #turns: (Turn | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#requests.length - this.#first;
  }

  push({ request, turn }: Taken<Request>): void {
    this.#requests.push(request);
    this.#turns.push(turn);
  }

  shift(): Taken<Request> | undefined {
    if (this.length === 0) return undefined;
    const taken = {
      request: this.#requests[this.#first] as Request,
      checkout: undefined,
      turn: this.#turns[this.#first],
    };
    this.#first++;
    if (this.length === 0 || this.#first === GONE) {
      this.#requests.splice(0, this.#first);
      this.#turns.splice(0, this.#first);
      this.#first = 0;
    }
    return taken;
  }
}

interface Held<Request> extends Queued {
  readonly taken: Taken<Request>;
}

/** In the order of the pool's own queue; else who has many would keep the others from ever reaching that. */
export class FairRow<Request> implements HeldRequests<Request> {
  readonly #queue = new WaiterQueue<Held<Request>>();
  readonly #repeat: RepeatPolicy<Request> | undefined;
  #lastId = 0;

  constructor(repeat?: RepeatPolicy<Request>) {
    this.#repeat = repeat;
  }

  get length(): number {
    return this.#queue.length;
  }

  push(pushed: Taken<Request>): void {
    const repeat = this.#repeat?.held?.();
    const taken = repeat === undefined ? pushed : { ...pushed, repeat };
    const { key, priority = 0 } = taken.checkout ?? {};
    const id = ++this.#lastId;
    this.#queue.push(key === undefined ? { id, priority, taken } : { id, key, priority, taken });
  }

  shift(): Taken<Request> | undefined {
    return this.#queue.shift()?.taken;
  }
}
