import type { Lease } from '../../../lib/index.ts';
import type { FakeConnection } from '../../support/fake-server.ts';
import { type World, drawnCheckout, isOn, sleep } from '../world.ts';

/** A closed loop: checks out, holds, gives back, thinks; now and then loses patience, or its manners. */
export async function checkoutUser(world: World): Promise<void> {
  const { draw, ledger } = world;
  while (isOn(world)) {
    const ticket = ledger.ask(drawnCheckout(world));
    if (draw.chance(8)) setTimeout(() => ticket.leave(), draw.about(15));
    const lease = await ticket.lease;
    if (lease !== undefined) {
      await sleep(draw.about(draw.chance(5) ? 80 : 12));
      giveBack(world, lease);
    }
    await sleep(draw.about(10));
  }
}

/** Most check in; some destroy, some check in twice. */
export function giveBack({ draw, ledger }: World, lease: Lease<FakeConnection>): void {
  ledger.drop(lease);
  if (draw.chance(6)) lease.destroy(draw.oneOf<unknown>(undefined, 'broken', new Error('broken')));
  else if (draw.chance(20)) lease[Symbol.dispose]();
  else lease.checkin();
  if (draw.chance(8)) lease.checkin();
}
