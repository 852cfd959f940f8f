import { leastLoaded } from './least-loaded.ts';
import { peakEwma } from './peak-ewma.ts';
import { powerOfTwoChoices } from './power-of-two-choices.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';
import { sticky } from './sticky.ts';
import type { Strategy } from './strategy.ts';

/** The strategies by the names that the command line and configuration files have for them. */
export const strategiesByName: Readonly<Record<string, () => Strategy>> = {
  'round-robin': roundRobin,
  'least-loaded': leastLoaded,
  random,
  'power-of-two-choices': powerOfTwoChoices,
  'peak-ewma': peakEwma,
  sticky,
};
