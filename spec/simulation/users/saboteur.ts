import { type World, isOn, sleep } from '../world.ts';

/** Does what networks, servers and operators do. */
export async function saboteur(world: World): Promise<void> {
  const { draw } = world;
  while (isOn(world)) {
    await sleep(draw.about(25));
    if (isOn(world)) sabotage(world);
  }
}

function sabotage(world: World): void {
  const { draw, server, pool } = world;
  const { alive, behaviour } = server;
  const victim = alive[draw.below(alive.length)];
  const kind = draw.below(100);
  if (kind < 25 && victim !== undefined) server.kill(victim);
  else if (kind < 30) for (const connection of alive) server.kill(connection);
  else if (kind < 55 && victim !== undefined) victim.health = draw.oneOf('good', 'bad', 'silent');
  else if (kind < 65) refuseFor(world, draw.about(60));
  else if (kind < 78) pool.resize(draw.between(pool.state.minSize, pool.state.maxSize));
  else if (kind < 85) behaviour.closeMs = draw.oneOf(0, 5, 30, Infinity);
  else world.endpoints?.change();
}

function refuseFor({ server: { behaviour } }: World, ms: number): void {
  behaviour.refusal = new Error('refused');
  setTimeout(() => (behaviour.refusal = undefined), ms);
}
