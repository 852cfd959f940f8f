import { type World, isOn, sleep } from '../world.ts';
import { giveBack } from './checkout-user.ts';

/** Takes what is there now, or does without. */
export async function pollingUser(world: World): Promise<void> {
  const { draw, ledger, pool } = world;
  while (isOn(world)) {
    const lease = pool.tryCheckout();
    if (lease !== undefined) {
      ledger.take(lease);
      await sleep(draw.about(8));
      giveBack(world, lease);
    }
    await sleep(draw.about(20));
  }
}
