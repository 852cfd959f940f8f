import { describe, expect, it } from 'vitest';
import { Snapshot } from '../../lib/state/snapshot.ts';
import { Readiness } from '../../lib/supply/readiness.ts';
import { type BareEvent, checkout, following, on, opened, up } from '../support/pool-log.ts';

const connecting: BareEvent = { type: 'connecting', ...on(5) };
const failed: BareEvent[] = [
  { type: 'connectFailed', ...on(5), error: '' },
  { type: 'circuit', circuit: 'open', retryAt: 99 },
];

function starting(minSize: number) {
  const cause = new Error('refused');
  const store = { current: following(new Snapshot(), opened({ minSize, name: 'tools' })) };
  const readiness = new Readiness(store, () => cause);
  const happen = (...events: BareEvent[]) => {
    store.current = following(store.current, ...events);
    readiness.look();
  };
  return { readiness, happen, cause };
}

async function outcomeOf(ready: Promise<void>) {
  return Promise.race([
    ready.then(
      () => 'ready',
      (error: unknown) => error,
    ),
    Promise.resolve().then(() => Promise.resolve('waiting')),
  ]);
}

describe('Readiness', () => {
  it('resolves at once where nothing is to be kept', async () => {
    await expect(outcomeOf(starting(0).readiness.wait())).resolves.toBe('ready');
  });

  it('resolves when the floor is up, leased or not', async () => {
    const { readiness, happen } = starting(2);
    const ready = readiness.wait();
    happen(...up(0), checkout(0));
    await expect(outcomeOf(ready)).resolves.toBe('waiting');
    happen(...up(1));
    await expect(outcomeOf(ready)).resolves.toBe('ready');
    await expect(outcomeOf(readiness.wait())).resolves.toBe('ready');
  });

  it('resolves when all that are allowed are up, but not while none is', async () => {
    const { readiness, happen } = starting(3);
    happen({ type: 'allowance', limit: 0, mode: 'granted', epoch: 1 });
    const ready = readiness.wait();
    await expect(outcomeOf(ready)).resolves.toBe('waiting');
    happen({ type: 'allowance', limit: 2, mode: 'granted', epoch: 1 }, ...up(0));
    await expect(outcomeOf(ready)).resolves.toBe('waiting');
    happen(...up(1));
    await expect(outcomeOf(ready)).resolves.toBe('ready');
  });

  it('tells all who wait', async () => {
    const { readiness, happen } = starting(1);
    const ready = [readiness.wait(), readiness.wait()];
    happen(...up(0));
    await expect(Promise.all(ready)).resolves.toEqual([undefined, undefined]);
  });

  it('rejects when connecting fails and nothing is up', async () => {
    const { readiness, happen, cause } = starting(1);
    const ready = readiness.wait();
    happen(connecting, ...failed);
    await expect(outcomeOf(ready)).resolves.toMatchObject({
      code: 'POOL_CONNECT_FAILED',
      data: { failures: 1 },
      cause,
    });
  });

  it('waits on while others are still connecting, or one is up', async () => {
    const { readiness, happen } = starting(2);
    const ready = readiness.wait();
    happen({ type: 'connecting', ...on(0) }, connecting, ...failed);
    await expect(outcomeOf(ready)).resolves.toBe('waiting');
    happen({ type: 'up', ...on(0) }, connecting, ...failed);
    await expect(outcomeOf(ready)).resolves.toBe('waiting');
    happen(...up(1));
    await expect(outcomeOf(ready)).resolves.toBe('ready');
  });

  it('rejects when the pool is closed', async () => {
    const { readiness, happen } = starting(1);
    const ready = readiness.wait();
    happen({ type: 'drain' });
    await expect(outcomeOf(ready)).resolves.toMatchObject({ code: 'POOL_CLOSED', data: { name: 'tools' } });
    await expect(outcomeOf(readiness.wait())).resolves.toMatchObject({ code: 'POOL_CLOSED' });
  });

  it('may reject without anybody looking', async () => {
    const { readiness, happen } = starting(1);
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    void readiness.wait();
    happen(connecting, ...failed);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
