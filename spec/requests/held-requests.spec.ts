import { describe, expect, it } from 'vitest';
import type { CheckoutOptions } from '../../lib/checkout/checkout-options.ts';
import { FairRow, type HeldRequests, PlainRow } from '../../lib/requests/held-requests.ts';

function hold(row: HeldRequests<string>, request: string, checkout?: CheckoutOptions) {
  row.push({ request, checkout, turn: undefined });
}

/** All that are held, in the order in which they come out. */
function emptied(row: HeldRequests<string>) {
  const requests: string[] = [];
  for (let taken = row.shift(); taken !== undefined; taken = row.shift()) requests.push(taken.request);
  return requests;
}

describe.each([
  ['PlainRow', () => new PlainRow<string>()],
  ['FairRow', () => new FairRow<string>()],
])('%s', (_, newRow) => {
  it('has nobody at first', () => {
    const row = newRow();
    expect([row.length, row.shift(), row.length]).toEqual([0, undefined, 0]);
  });

  it('gives out first what came first, with its turn', () => {
    const row = newRow();
    const turn = { kept: [], done: false, following: undefined, times: 0 };
    row.push({ request: 'a', checkout: undefined, turn });
    hold(row, 'b');
    expect([row.length, row.shift()]).toMatchObject([2, { request: 'a', checkout: undefined, turn }]);
    expect([row.length, row.shift()]).toMatchObject([1, { request: 'b', checkout: undefined, turn: undefined }]);
  });

  it('keeps the order through thousands that come and go', () => {
    const row = newRow();
    const requests = Array.from({ length: 5000 }, (__, i) => `${i}`);
    const out: (string | undefined)[] = [];
    for (const [i, request] of requests.entries()) {
      hold(row, request);
      if (i % 3 === 0) out.push(row.shift()?.request);
    }
    expect(row.length).toBe(5000 - out.length);
    expect([...out, ...emptied(row)]).toEqual(requests);
  });
});

describe('FairRow', () => {
  it('gives out higher priorities first, then one of each key in turn', () => {
    const row = new FairRow<string>();
    hold(row, 'a1', { key: 'a' });
    hold(row, 'a2', { key: 'a' });
    hold(row, 'a3', { key: 'a' });
    hold(row, 'b1', { key: 'b' });
    hold(row, 'urgent', { key: 'a', priority: 2 });
    hold(row, 'nobody');
    expect(emptied(row)).toEqual(['urgent', 'a1', 'b1', 'nobody', 'a2', 'a3']);
  });

  it('keeps how each is checked out', () => {
    const row = new FairRow<string>();
    const checkout = { key: 'a', timeoutMs: 5 };
    hold(row, 'a', checkout);
    expect(row.shift()?.checkout).toBe(checkout);
  });
});
