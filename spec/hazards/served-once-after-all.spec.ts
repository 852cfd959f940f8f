import { throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { a, b, endpointPool } from '../support/endpoint-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('who waits is served once, after all that changes at one moment', () => {
  it('and by none that is about to leave: a list that empties calls back what is set aside, and leases nothing of it', async () => {
    const { pool, server, down, endpoints$, log } = await endpointPool([b, a], { maxSize: 4 });
    down.add('a');
    server.kill({ id: 4 });
    await settle();
    expect(pool.state.endpoints[1]).toMatchObject({ id: 'a', connections: 1, failures: 3 });
    for (let i = 0; i < 3; i++) given(pool.tryCheckout());
    const waiting = outcomeOf(pool.checkout({ timeoutMs: Infinity }));
    const before = log.length;
    endpoints$.next([]);
    await settle();
    expect(log.slice(before).map(({ type }) => type)).not.toContain('checkout');
    expect([waiting.values, pool.state.waiting]).toEqual([0, 1]);
    waiting.leave();
  });

  it('and by all of them: endpoints whose rest ends at the same instant take turns', async () => {
    class Busy extends Error {}
    const restMs = (error: unknown) => (error instanceof Busy ? 200 : undefined);
    const { pool, log } = await endpointPool([a, b], { maxSize: 4, restMs });
    const busy = () => throwError(() => new Busy('too many requests'));
    for (let i = 0; i < 2; i++) await pool.use(busy).catch(() => undefined);
    expect(pool.state.withheld).toBe(4);
    for (let i = 0; i < 4; i++) outcomeOf(pool.checkout({ timeoutMs: Infinity }));
    const before = log.length;
    await elapse(201);
    const endpointOf = new Map([...pool.state.connections].map(({ id, endpoint }) => [id, endpoint]));
    const served = log.slice(before).flatMap((event) => (event.type === 'checkout' ? [event.connection] : []));
    const [first, second, third, fourth] = served.map((id) => endpointOf.get(id));
    expect(new Set([first, second])).toEqual(new Set(['a', 'b']));
    expect([third, fourth]).toEqual([first, second]);
  });
});
