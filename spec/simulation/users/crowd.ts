import type { Lease } from '../../../lib/index.ts';
import type { FakeConnection } from '../../support/fake-server.ts';
import { type World, drawnCheckout, isOn, sleep } from '../world.ts';
import { giveBack } from './checkout-user.ts';

/** Comes all at once, and goes; some give back from within the callback, some leave in the same tick. */
export async function crowd(world: World): Promise<void> {
  const { draw } = world;
  while (isOn(world)) {
    await sleep(draw.about(120));
    const size = isOn(world) ? draw.between(3, 25) : 0;
    for (let i = 0; i < size; i++) visit(world);
  }
}

function visit(world: World): void {
  const { draw, ledger } = world;
  const next = (lease: Lease<FakeConnection>): void => {
    ledger.take(lease);
    if (draw.chance(40)) giveBack(world, lease);
    else setTimeout(() => giveBack(world, lease), draw.about(6));
  };
  const subscription = ledger.checkout(drawnCheckout(world)).subscribe({ next, error: () => undefined });
  if (draw.chance(10)) subscription.unsubscribe();
  else if (draw.chance(20)) setTimeout(() => subscription.unsubscribe(), draw.about(5));
}
