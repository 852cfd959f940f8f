import type { PoolEvent } from '../../lib/index.ts';
import { inWorldOf } from '../support/world-of-seed.ts';
import { Deliberate } from '../support/deliberate.ts';
import { Simulation } from './simulation.ts';
import { messageOf } from '../../lib/base/thrown.ts';

/** Runs a simulation from the beginning to the end and returns its log; throws what does not hold, with the seed. */
export async function simulate(seed: number, between?: () => void): Promise<readonly PoolEvent[]> {
  let log: readonly PoolEvent[] = [];
  const reported = await inWorldOf(seed, async () => {
    const simulation = new Simulation(seed);
    log = simulation.log;
    await simulation.run(between);
  });
  const error = reported.find((other) => !(other instanceof Deliberate));
  if (error !== undefined) throw new Error(`seed ${seed}: I16 ${messageOf(error)} was not handled`, { cause: error });
  return log.map(withoutStack);
}

/** A stack says who has called, which is not the simulation's doing. */
function withoutStack(event: PoolEvent): PoolEvent {
  return event.type === 'leak' ? { ...event, stack: '' } : event;
}
