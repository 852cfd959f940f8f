import { leastLoaded } from '../../lib/strategies/least-loaded.ts';
import { random } from '../../lib/strategies/random.ts';
import { roundRobin } from '../../lib/strategies/round-robin.ts';
import { strategyContract } from './strategy-contract.ts';

strategyContract('roundRobin', roundRobin);
strategyContract('leastLoaded', leastLoaded);
strategyContract('random', random);
