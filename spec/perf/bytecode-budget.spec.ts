import { beforeAll, expect, it } from 'vitest';
import { type OnTheWay, bytecodeOfWays } from '../support/bytecode/bytecode-of-ways.ts';
import { type Way, ways } from '../support/bytecode/steps.ts';

/**
 * How many bytes of bytecode the functions on the way of each step may have together. V8 inlines no more than 920 bytes
 * into one function, so what is longer costs calls; unlike a time, the length does not vary from run to run.
 */
const BUDGET: Readonly<Record<Way, number>> = { checkout: 1620, wait: 2200, handOver: 2360, checkin: 1300 };

let functionsOf: Readonly<Record<Way, readonly OnTheWay[]>>;

beforeAll(async () => {
  functionsOf = await bytecodeOfWays();
});

/** A function that is called twice in a step counts twice, for it is inlined twice. */
function bytesOf(way: Way): number {
  return functionsOf[way].reduce((sum, { bytes, calls }) => sum + bytes * calls, 0);
}

function breakdown(way: Way): string {
  const lines = functionsOf[way].map(({ name, bytes, calls }) => `${bytes} bytes x ${calls}: ${name}`);
  return [`${way} takes ${bytesOf(way)} bytes`, ...lines].join('\n');
}

it.each(ways)('%s stays within its bytecode budget', (way) => {
  expect(bytesOf(way), breakdown(way)).toBeLessThanOrEqual(BUDGET[way]);
});

it('finds the functions of each way', () => {
  const names = (way: Way): string[] => functionsOf[way].map(({ name }) => name.replace(/^.*\//, ''));
  expect(names('checkout')).toEqual(expect.arrayContaining(['checkout.js tryCheckout', 'lease.js PoolLease']));
  expect(names('wait')).toContain('pending-checkout.js PendingCheckout');
  expect(names('handOver')).toEqual(expect.arrayContaining(['lease.js checkin', 'lease.js PoolLease']));
  expect(names('checkin')).toContain('lease.js checkin');
  expect(names('checkin')).not.toContain('lease.js PoolLease');
});
