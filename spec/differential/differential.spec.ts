import fc from 'fast-check';
import { it } from 'vitest';
import { chosenRuns, chosenSeed } from '../support/chosen.ts';
import { expectSame } from './compare.ts';
import { thisLibrary } from './library.ts';
import { looking, observations, unobserved } from './observations.ts';
import { play } from './play.ts';
import { scripts } from './script.ts';

const seed = chosenSeed('DIFFERENTIAL_SEED');
const numRuns = chosenRuns('DIFFERENTIAL_RUNS', 1000);

/** Besides nobody, one for each script: all of them would take three times as long, and find the same in more runs. */
const observed = fc.constantFrom(...Object.keys(observations));

it('who observes a pool, and how, makes no difference to it', async () => {
  const property = fc.asyncProperty(scripts, observed, async (script, name) => {
    const expected = await play(thisLibrary, script, looking);
    expectSame(expected, await play(thisLibrary, script, unobserved), 'unobserved');
    expectSame(expected, await play(thisLibrary, script, observations[name] ?? unobserved), `observed by ${name}`);
  });
  await fc.assert(property, { seed, numRuns });
}, 120_000);
