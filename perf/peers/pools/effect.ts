import type { Clients, Connection, Hold, Peer } from '../peer.ts';
import { type Effect, type EffectApi, type EffectPool, loadEffect } from './effect-api.ts';

/** The pool of Effect 4, with `Pool.use`. */
export const effect: Peer = {
  name: 'effect',
  kind: 'pool',
  hasTimeout: false,
  open: async ({ size }) => {
    const api = await loadEffect();
    const { Effect, Pool, Scope } = api;
    let id = 0;
    const acquire = Effect.sync((): Connection => ({ id: id++ }));
    const pool = await Effect.runPromise(Scope.provide(Pool.make({ acquire, size }), Scope.makeUnsafe()));
    return { ...effectClients(api, pool), waiting: () => pool.state.waiters.size };
  },
};

function effectClients(api: EffectApi, pool: EffectPool<Connection>): Clients {
  const { Effect, Pool } = api;
  const holds: Readonly<Record<Hold, Effect<void>>> = {
    microtask: Effect.promise(() => Promise.resolve()),
    immediate: Effect.callback((resume) => void setImmediate(() => resume(Effect.void))),
  };
  const client = (left: { pairs: number }, held: Effect<void>): Effect<void> => {
    const use = Pool.use(pool, () => held);
    return Effect.whileLoop({ while: () => left.pairs-- > 0, body: () => use, step: () => undefined });
  };
  return {
    sequential: (pairs) => Effect.runPromise(client({ pairs }, Effect.void)),
    contended: (clients, pairs, hold) => {
      const left = { pairs };
      const all = Array.from({ length: clients }, () => client(left, holds[hold]));
      return Effect.runPromise(Effect.all(all, { concurrency: 'unbounded', discard: true }));
    },
    asker: (served) => {
      const held = Effect.callback((resume: (effect: Effect<void>) => void) => served(() => resume(Effect.void)));
      const use = Pool.use(pool, () => held);
      return () => void Effect.runFork(use);
    },
  };
}
