import { BehaviorSubject } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PoolState, createPool, replay } from '../../lib/index.ts';
import { openedWithEndpoints } from '../support/endpoint-log.ts';
import { endpointsOf } from '../support/endpoints-of.ts';
import { collect, listen } from '../support/listen.ts';
import { given } from '../support/outcome.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const length = 4000;
/** With a look at all others for each endpoint it was seconds. */
const muchMs = 1000;

const listOf = (name: string, size = length) => Array.from({ length: size }, (_, i) => ({ id: `${name}${i}` }));

/** What something takes of the processor, in milliseconds: how busy the machine is does not matter. */
function costMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1000;
}

async function poolOf(size: number) {
  const endpoints$ = new BehaviorSubject(listOf('a'));
  const pool = createPool({ connect: () => Promise.resolve({}), endpoints$, minSize: size, maxSize: size });
  const log = collect(pool.events$);
  await settle();
  return { pool, endpoints$, log };
}

it('takes in a list in one pass, and one that replaces it', async () => {
  const opening: ReturnType<typeof poolOf>[] = [];
  const first = costMs(() => {
    opening.push(poolOf(20));
  });
  const { pool, endpoints$ } = await given(opening[0]);
  const second = costMs(() => {
    endpoints$.next(listOf('b'));
  });
  expect(Math.max(first, second)).toBeLessThan(muchMs);
  expect(pool.state.endpoints.map(({ id }) => id)).toEqual(listOf('b').map(({ id }) => id));
  await pool.close();
});

it('does so while somebody watches the state, whose snapshots stay as they were', async () => {
  const { pool, endpoints$, log } = await poolOf(10);
  const states: PoolState[] = [];
  listen(pool.state$, (state) => states.push(state));
  expect(
    costMs(() => {
      endpoints$.next(listOf('b'));
    }),
  ).toBeLessThan(2 * muchMs);
  await settle();
  const [first, last] = [states[0], states.at(-1)];
  expect(first?.endpoints.map(({ id }) => id)).toEqual(listOf('a').map(({ id }) => id));
  expect(states[length]?.endpoints).toHaveLength(2 * length);
  expect(last?.endpoints).toHaveLength(length);
  expect(replay(log).toJSON()).toEqual(pool.state.toJSON());
  await pool.close();
});

it('shrinks in one pass where half of them are set aside, of whom those go on whose time is up first', () => {
  const endpoints$ = new BehaviorSubject(listOf('a'));
  const { endpoints, send, log, aside } = endpointsOf([openedWithEndpoints()], { endpoints$ });
  endpoints.open();
  for (let i = 0; i < length / 2; i++) send({ type: 'endpointSetAside', endpoint: `a${i}`, until: length - i });
  // All that are well leave, but for one.
  const left = listOf('a', length / 2 + 1);
  expect(
    costMs(() => {
      endpoints$.next(left);
    }),
  ).toBeLessThan(muchMs);
  const back = log.flatMap((event) => (event.type === 'endpointBack' ? [event.endpoint] : []));
  expect([back[0], back.length, aside()]).toEqual([`a${length / 2 - 1}`, length / 4, length / 4]);
  endpoints.stop();
});
