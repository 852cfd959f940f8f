import { type Observable, Subscription } from 'rxjs';
import type { Lease } from '../../../lib/index.ts';
import type { FakeConnection } from '../../support/fake-server.ts';
import { Deliberate } from '../../support/deliberate.ts';
import { type World, drawnCheckout, isOn, sleep } from '../world.ts';
import { giveBack } from './checkout-user.ts';

/** Observes the pool, and acts from within the callbacks: checks out and in, has others leave, throws. */
export async function watcher(world: World): Promise<void> {
  const { draw, pool } = world;
  const held: Lease<FakeConnection>[] = [];
  while (isOn(world)) {
    const watched$: Observable<unknown> = draw.oneOf<Observable<unknown>>(pool.events$, pool.state$, pool.metrics$);
    const subscription = new Subscription();
    subscription.add(
      watched$.subscribe(() => {
        if (draw.chance(15)) act(world, held, subscription);
      }),
    );
    await sleep(draw.about(60));
    subscription.unsubscribe();
  }
  for (const lease of held) giveBack(world, lease);
}

function act(world: World, held: Lease<FakeConnection>[], subscription: Subscription): void {
  const { draw, ledger } = world;
  const kind = isOn(world) ? draw.below(12) : 0;
  const last = kind < 4 ? held.pop() : undefined;
  if (last !== undefined) giveBack(world, last);
  else if (kind < 6) take(world, held);
  else if (kind < 8) void ledger.ask(drawnCheckout(world)).lease.then((lease) => lease && giveBack(world, lease));
  else if (kind < 10) ledger.waysOut[draw.below(ledger.waysOut.length)]?.();
  else if (kind < 11) subscription.unsubscribe();
  else throw new Deliberate();
}

function take({ ledger, pool }: World, held: Lease<FakeConnection>[]): void {
  const lease = pool.tryCheckout();
  if (lease === undefined) return;
  ledger.take(lease);
  held.push(lease);
}
