import fc from 'fast-check';
import { afterEach, it, vi } from 'vitest';
import { chosenRuns, chosenSeed } from '../support/chosen.ts';
import { seeded } from '../support/seeded.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';
import { commands } from './commands.ts';
import { LivePool, type Setting } from './live-pool.ts';
import { settings } from './settings.ts';

const seed = chosenSeed('MODEL_SEED');
const numRuns = chosenRuns('MODEL_RUNS', 1000);

afterEach(() => {
  vi.restoreAllMocks();
  resumeTime();
});

/** A pool at the start of time, its luck drawn from its seed. */
async function livePool(setting: Setting): Promise<LivePool> {
  resumeTime();
  stopTime();
  const jitter = seeded(setting.options.seed);
  vi.spyOn(Math, 'random').mockImplementation(() => 0.5 + jitter(1e6) / 2e6);
  const live = new LivePool(setting);
  await live.look();
  return live;
}

it('I1-I16 a pool does what its model says, whatever happens to it', async () => {
  const property = fc.asyncProperty(
    settings,
    fc.commands([commands], { maxCommands: 60, size: 'max' }),
    async (setting, happening) => {
      const live = await livePool(setting);
      await fc.asyncModelRun(() => ({ model: {}, real: live }), happening);
      await live.end();
    },
  );
  await fc.assert(property, { seed, numRuns });
}, 120_000);
