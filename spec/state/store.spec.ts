import { describe, expect, it } from 'vitest';
import { Inbox } from '../../lib/events/inbox.ts';
import type { PoolState } from '../../lib/state/pool-state.ts';
import { Store } from '../../lib/state/store.ts';
import { listen } from '../support/listen.ts';

function running() {
  const store = new Store();
  const inbox = new Inbox(store);
  inbox.deliver();
  const send = () => {
    inbox.send({ type: 'wait', waiter: store.nextVersion, priority: 0 });
  };
  return { store, inbox, send };
}

function versionsOf(store: Store) {
  const versions: (number | string)[] = [];
  store.state$.subscribe({ next: ({ version }) => versions.push(version), complete: () => versions.push('complete') });
  return versions;
}

describe('Store', () => {
  it('begins with the present snapshot, then has one for each event', () => {
    const { store, send } = running();
    send();
    const versions = versionsOf(store);
    send();
    send();
    expect(versions).toEqual([1, 2, 3]);
  });

  it('begins with the present one again after nobody was subscribed', () => {
    const { store, send } = running();
    listen(store.state$, () => undefined).unsubscribe();
    send();
    send();
    expect(versionsOf(store)).toEqual([2]);
  });

  it('tells all subscribers every version in order, whoever sends in between', () => {
    const { store, send } = running();
    listen(store.state$, ({ version }) => {
      if (version === 1) {
        send();
        send();
      }
    });
    const versions = versionsOf(store);
    send();
    expect(versions).toEqual([0, 1, 2, 3]);
  });

  it('is ahead of the snapshot that is being told', () => {
    const { store, send } = running();
    const ahead: number[][] = [];
    listen(store.state$, ({ version }) => {
      if (version === 1) send();
      ahead.push([version, store.snapshot().version]);
    });
    send();
    expect(ahead).toEqual([
      [0, 0],
      [1, 2],
      [2, 2],
    ]);
  });

  it('begins with what was told last for whoever subscribes while one is being told', () => {
    const { store, send } = running();
    let late: (number | string)[] = [];
    listen(store.state$, ({ version }) => {
      if (version !== 1) return;
      send();
      late = versionsOf(store);
    });
    send();
    expect(late).toEqual([1, 2]);
  });

  it('never goes back to a snapshot that was still on its way when somebody subscribed to a newer one', () => {
    const { store, inbox, send } = running();
    let versions: (number | string)[] = [];
    listen(inbox.events$, ({ version }) => {
      if (version !== 1) return;
      first.unsubscribe();
      versions = versionsOf(store);
    });
    const first = listen(store.state$, () => undefined);
    send();
    send();
    expect(versions).toEqual([1, 2]);
  });

  it('hands out snapshots that never change', () => {
    const { store, send } = running();
    const told: PoolState[] = [];
    const subscription = listen(store.state$, (state) => told.push(state));
    send();
    send();
    subscription.unsubscribe();
    const read = store.snapshot();
    send();
    expect(told.map(({ waiting }) => waiting)).toEqual([0, 1, 2]);
    expect([read.waiting, store.current.waiting]).toEqual([2, 3]);
  });

  it('edits the state in place while nobody looks', () => {
    const { store, send } = running();
    send();
    const { current } = store;
    send();
    expect(store.current).toBe(current);
  });

  it('tells the last state and completes', () => {
    const { store, send } = running();
    const versions = versionsOf(store);
    send();
    store.complete();
    send();
    expect(versions).toEqual([0, 1, 'complete']);
  });

  it('emits the last snapshot and completes for whoever subscribes after the end', () => {
    const { store, send } = running();
    send();
    store.complete();
    expect(versionsOf(store)).toEqual([1, 'complete']);
  });
});
