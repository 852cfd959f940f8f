import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PoolEvent } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { given } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

interface Published {
  readonly pool: string;
  readonly event: PoolEvent;
}

let published: Published[] = [];
const onEvent = (message: unknown) => {
  published.push(message as Published);
};

beforeEach(() => {
  stopTime();
  published = [];
});
afterEach(() => {
  unsubscribe('rx-mcp-pool:event', onEvent);
  resumeTime();
});

describe('the channel rx-mcp-pool:event', () => {
  it('carries the events of every pool, with its name, as events$ does', async () => {
    subscribe('rx-mcp-pool:event', onEvent);
    const { pool } = await fakePool({ name: 'first', minSize: 1 });
    const events = collect(pool.events$);
    const other = await fakePool({ name: 'second', minSize: 1 });
    const before = published.length;
    given(pool.tryCheckout()).checkin();
    given(other.pool.tryCheckout()).checkin();
    expect(published.slice(before).map(({ pool: name, event }) => [name, event.type])).toEqual([
      ['first', 'checkout'],
      ['first', 'checkin'],
      ['second', 'checkout'],
      ['second', 'checkin'],
    ]);
    expect(published.slice(before, before + 2).map(({ event }) => event)).toEqual(events);
    expect(published[0]).toMatchObject({ pool: 'first', event: { type: 'opened', version: 1 } });
  });

  it('can be joined and left at any time', async () => {
    const { pool } = await fakePool({ minSize: 1 });
    given(pool.tryCheckout()).checkin();
    subscribe('rx-mcp-pool:event', onEvent);
    given(pool.tryCheckout()).checkin();
    unsubscribe('rx-mcp-pool:event', onEvent);
    given(pool.tryCheckout()).checkin();
    expect(published.map(({ event }) => event.type)).toEqual(['checkout', 'checkin']);
  });

  it('lets a subscriber check out and in', async () => {
    const { pool } = await fakePool({ minSize: 2 });
    const versions: number[] = [];
    const busy = (message: unknown) => {
      const { event } = message as Published;
      versions.push(event.version);
      if (event.type === 'checkout') pool.tryCheckout();
    };
    subscribe('rx-mcp-pool:event', busy);
    given(pool.tryCheckout());
    unsubscribe('rx-mcp-pool:event', busy);
    expect(pool.state.active).toBe(2);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  });
});
