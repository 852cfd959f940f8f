import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Inbox } from '../../lib/events/inbox.ts';
import type { Delivery } from '../../lib/events/delivery.ts';
import type { PoolEvent } from '../../lib/events/pool-event.ts';
import { Store } from '../../lib/state/store.ts';
import { listen } from '../support/listen.ts';

function opened() {
  const { store, inbox, send } = held();
  inbox.deliver();
  return { store, inbox, send };
}

function held() {
  const store = new Store();
  const inbox = new Inbox(store);
  const send = () => {
    inbox.send({ type: 'resize', size: 0 });
  };
  return { store, inbox, send };
}

function versionsOf(inbox: Inbox) {
  const versions: number[] = [];
  listen(inbox.events$, ({ version }) => versions.push(version));
  return versions;
}

describe('Inbox', () => {
  it('commits at once but tells nobody until it is opened', () => {
    const { store, inbox, send } = held();
    send();
    const versions = versionsOf(inbox);
    send();
    expect({ committed: store.current.version, versions: [...versions] }).toEqual({ committed: 2, versions: [] });
    inbox.deliver();
    expect(versions).toEqual([1, 2]);
  });

  it('stamps each event with the instant and with the version that it makes', () => {
    const { inbox, send } = opened();
    const stamps: unknown[] = [];
    listen(inbox.committed$, ({ at, version }) => stamps.push([at <= performance.now(), version]));
    const before = performance.now();
    listen(inbox.committed$, ({ at }) => stamps.push(at >= before));
    send();
    send();
    expect(stamps).toEqual([[true, 1], true, [true, 2], true]);
  });

  it('tells an event before send returns once it is open', () => {
    const { inbox, send } = opened();
    const versions = versionsOf(inbox);
    send();
    expect(versions).toEqual([1]);
  });

  it('tells nobody what is sent while it is held, and all of it in order on release', () => {
    const { store, inbox, send } = opened();
    const versions = versionsOf(inbox);
    const outer = inbox.hold();
    send();
    inbox.resume(inbox.hold());
    send();
    expect({ committed: store.current.version, versions: [...versions] }).toEqual({ committed: 2, versions: [] });
    inbox.resume(outer);
    expect(versions).toEqual([1, 2]);
  });

  it('tells nothing of the past to whoever subscribes once it is open', () => {
    const { inbox, send } = opened();
    send();
    expect(versionsOf(inbox)).toEqual([]);
  });

  it('commits nested sends at once and tells all observers in order', () => {
    const { store, inbox, send } = opened();
    const committed: number[] = [];
    listen(inbox.events$, ({ version }) => {
      if (version > 3) return;
      send();
      committed.push(store.current.version);
    });
    const versions = versionsOf(inbox);
    send();
    expect(versions).toEqual([1, 2, 3, 4]);
    expect(committed).toEqual([2, 3, 4]);
  });

  it('tells the state of an event after the event and before the next', () => {
    const { store, inbox, send } = opened();
    const told: string[] = [];
    listen(inbox.events$, ({ version }) => {
      told.push(`event ${version}`);
      if (version === 1) send();
    });
    listen(store.state$, ({ version }) => told.push(`state ${version}`));
    send();
    expect(told).toEqual(['state 0', 'event 1', 'state 1', 'event 2', 'state 2']);
  });

  it('tells what is enqueued in its turn', () => {
    const { inbox, send } = opened();
    const told: string[] = [];
    const notice: Delivery = { deliver: () => told.push('notice') };
    listen(inbox.events$, ({ version }) => {
      told.push(`event ${version}`);
      if (version > 1) return;
      inbox.enqueue(notice);
      send();
    });
    send();
    inbox.enqueue(notice);
    expect(told).toEqual(['event 1', 'notice', 'event 2', 'notice']);
  });

  it('completes after what is queued', () => {
    const { inbox, send } = opened();
    const told: (number | string)[] = [];
    inbox.events$.subscribe({
      next: ({ version }) => {
        told.push(version);
        if (version > 1) return;
        inbox.end();
        send();
      },
      complete: () => told.push('complete'),
    });
    listen(inbox.events$, () => told.push('other'));
    send();
    send();
    expect(told).toEqual([1, 'other', 2, 'other', 'complete']);
  });

  it('counts what comes after the end, and commits it no more', () => {
    const { store, inbox } = opened();
    inbox.end();
    inbox.send({ type: 'refuse', reason: 'closed' });
    inbox.send({ type: 'invalidCheckin', lease: 1, reason: 'late' });
    inbox.send({ type: 'invalidCheckin', lease: 1, reason: 'late' });
    expect(store.current).toMatchObject({ version: 1, failedCheckouts: 0, invalidCheckins: 0 });
    expect(inbox.late).toEqual({ refusals: 1, invalidCheckins: 2 });
  });
});

describe('a long chain of nested sends', () => {
  const length = 200_000;

  function chained(look: (event: PoolEvent) => void) {
    const { inbox, send } = opened();
    listen(inbox.events$, (event) => {
      look(event);
      if (event.version < length) send();
    });
    send();
  }

  it('does not grow the stack', () => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = Infinity;
    const depths = new Set<number>();
    let told = 0;
    chained(({ version }) => {
      told++;
      if (version % 50_000 === 2) depths.add((new Error('here').stack ?? '').split('\n').length);
    });
    Error.stackTraceLimit = limit;
    expect({ told, depths: depths.size }).toEqual({ told: length, depths: 1 });
  });

  it('does not grow the queue', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heapMb: number[] = [];
    chained(({ version }) => {
      if (version !== 1500 && version !== length) return;
      collect();
      heapMb.push(process.memoryUsage().heapUsed / 2 ** 20);
    });
    expect((heapMb[1] ?? 0) - (heapMb[0] ?? 0)).toBeLessThan(4);
  });
});
