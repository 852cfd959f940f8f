import { leastLoaded } from '../../lib/strategies/least-loaded.ts';
import { peakEwma } from '../../lib/strategies/peak-ewma.ts';
import { powerOfTwoChoices } from '../../lib/strategies/power-of-two-choices.ts';
import { random } from '../../lib/strategies/random.ts';
import { roundRobin } from '../../lib/strategies/round-robin.ts';
import { sticky } from '../../lib/strategies/sticky.ts';
import { strategyContract } from './strategy-contract.ts';

strategyContract('roundRobin', roundRobin);
strategyContract('leastLoaded', leastLoaded);
strategyContract('random', random);
strategyContract('powerOfTwoChoices', powerOfTwoChoices);
strategyContract('peakEwma', peakEwma);
strategyContract('sticky', sticky);
