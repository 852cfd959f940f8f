import fc, { type Arbitrary, type AsyncCommand, type WeightedArbitrary } from 'fast-check';
import { pass } from '../support/virtual-time.ts';
import type { LivePool } from './live-pool.ts';

type Happen<T> = (live: LivePool, given: T) => unknown;

/** What fast-check hands to commands; the model proper is fed by what is seen, see `LivePool`. */
export type Nothing = Record<string, never>;

/** One thing that happens, and what it was given; a failure shows both. */
class Command<T> implements AsyncCommand<Nothing, LivePool> {
  readonly #name: string;
  readonly #given: T;
  readonly #happen: Happen<T>;

  constructor(name: string, given: T, happen: Happen<T>) {
    this.#name = name;
    this.#given = given;
    this.#happen = happen;
  }

  /** Everything may happen at any time. */
  check(): boolean {
    return true;
  }

  async run(_model: Nothing, live: LivePool): Promise<void> {
    await this.#happen(live, this.#given);
    await live.look();
  }

  toString(): string {
    return `${this.#name}(${fc.stringify(this.#given)})`;
  }
}

const nothing = fc.constant(undefined);
const which = fc.nat(20);
const ending = fc.constantFrom('resolve', 'reject', 'abort');
const health = fc.constantFrom('good', 'bad', 'silent');
const duration = fc.constantFrom(0, 20, Infinity);
const checkoutOptions = fc.record(
  { priority: fc.nat(2), key: fc.constantFrom('a', 'b'), timeoutMs: fc.constantFrom(0, 10, 60, 200) },
  { requiredKeys: [] },
);

/** Everything that can happen to a pool, and how often. */
export const commands: Arbitrary<AsyncCommand<Nothing, LivePool>> = fc.oneof(
  command(8, 'checkout', checkoutOptions, ({ tickets }, options) => tickets.checkout(options)),
  command(2, 'tryCheckout', nothing, (live) => live.tryCheckout()),
  command(8, 'checkin', which, ({ tickets }, n) => tickets.checkin(n)),
  command(2, 'misuse', which, ({ tickets }, n) => tickets.misuse(n)),
  command(2, 'cancel', which, ({ tickets }, n) => tickets.cancel(n)),
  command(1, 'destroy', which, ({ tickets }, n) => tickets.destroy(n)),
  command(4, 'use', checkoutOptions, ({ tickets }, options) => tickets.use(options)),
  command(5, 'finish', fc.tuple(which, ending), ({ tickets }, [n, how]) => tickets.finish(n, how)),
  command(2, 'resize', which, (live, n) => live.resize(n)),
  command(2, 'kill', which, (live, n) => live.kill(n)),
  command(1, 'refuse', fc.boolean(), (live, isRefused) => live.refuse(isRefused)),
  command(1, 'connect in', duration, (live, connectMs) => live.behave({ connectMs })),
  command(1, 'close in', duration, (live, closeMs) => live.behave({ closeMs })),
  command(2, 'health', fc.tuple(which, health), (live, [n, how]) => live.setHealth(n, how)),
  command(2, 'list', fc.subarray(['a', 'b', 'c']), (live, ids) => live.list(ids)),
  command(8, 'pass', fc.integer({ min: 1, max: 120 }), (_, ms) => pass(ms)),
  command(0.2, 'close', fc.constantFrom(0, 40), (live, timeoutMs) => live.close(timeoutMs)),
);

function command<T>(
  weight: number,
  name: string,
  given: Arbitrary<T>,
  happen: Happen<T>,
): WeightedArbitrary<AsyncCommand<Nothing, LivePool>> {
  return { weight: weight * 5, arbitrary: given.map((value) => new Command(name, value, happen)) };
}
