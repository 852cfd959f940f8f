import type { Observable, Subscription } from 'rxjs';
import { type CheckoutOptions, type Lease, type Pool, createPool } from '../../../lib/index.ts';
import { type FakeConnection, FakeServer } from '../../support/fake-server.ts';
import { given } from '../../support/outcome.ts';
import { elapse, settle } from '../../support/virtual-time.ts';
import { inWorldOf } from '../../support/world-of-seed.ts';
import type { Shape } from './shapes.ts';

type Leased = Observable<Lease<FakeConnection>>;

/** What a scene works with. */
interface Props {
  readonly pool: Pool<FakeConnection>;
  /** Checks out and subscribes. */
  readonly subscribe: (options?: CheckoutOptions) => Subscription;
  /** Tells whether the subscription is closed. */
  readonly look: (subscription: Subscription) => void;
}

/** What may become of a checkout. */
export const scenes: Readonly<Record<string, (props: Props) => unknown>> = {
  'served at once': ({ subscribe, look }) => look(subscribe()),
  'served later': ({ pool, subscribe, look }) => {
    const lease = given(pool.tryCheckout());
    const subscription = subscribe();
    look(subscription);
    lease.checkin();
    look(subscription);
  },
  'left while it waits': ({ pool, subscribe, look }) => {
    const lease = given(pool.tryCheckout());
    const subscription = subscribe();
    subscription.unsubscribe();
    look(subscription);
    lease.checkin();
    subscription.unsubscribe();
  },
  'left after its lease': ({ subscribe, look }) => {
    const subscription = subscribe();
    subscription.unsubscribe();
    look(subscription);
  },
  'out of time': async ({ pool, subscribe, look }) => {
    given(pool.tryCheckout());
    const subscription = subscribe({ timeoutMs: 20 });
    await elapse(20);
    look(subscription);
  },
  refused: ({ pool, subscribe, look }) => {
    given(pool.tryCheckout());
    subscribe();
    subscribe();
    look(subscribe());
  },
  'asked of a closed pool': async ({ pool, subscribe, look }) => {
    await pool.close();
    look(subscribe());
  },
  'waiting when the pool closes': async ({ pool, subscribe, look }) => {
    given(pool.tryCheckout());
    const subscription = subscribe();
    void pool.close({ timeoutMs: 0 });
    await elapse(1);
    look(subscription);
  },
  'aborted before': ({ subscribe, look }) => look(subscribe({ signal: AbortSignal.abort('no more') })),
  'aborted while it waits': ({ pool, subscribe, look }) => {
    const abort = new AbortController();
    given(pool.tryCheckout());
    const subscription = subscribe({ signal: abort.signal });
    abort.abort('no more');
    look(subscription);
  },
};

const options = { minSize: 1, maxSize: 1, maxWaiting: 2, checkoutTimeoutMs: 0, seed: 1 };

/**
 * Plays a scene with somebody of a shape, on a pool that nobody observes; `as` may put another observable in place of
 * each checkout. Returns all that was told, what RxJS reported, and the last state.
 */
export async function play(
  scene: (props: Props) => unknown,
  shape: Shape,
  as: (checkout$: Leased) => Leased,
): Promise<string[]> {
  const told: string[] = [];
  const reported = await inWorldOf(1, async () => {
    const pool = createPool({ ...new FakeServer().connector, ...options });
    await settle();
    const subscribe = (how?: CheckoutOptions): Subscription => {
      const subscription = shape(as(pool.checkout(how)), (line) => told.push(line));
      told.push('has subscribed');
      return subscription;
    };
    await scene({ pool, subscribe, look: ({ closed }) => told.push(closed ? 'closed' : 'open') });
    await elapse(1);
    told.push(JSON.stringify(pool.state));
  });
  // Whose method it is that is no function is told by the name of a variable.
  return [
    ...told,
    ...reported.map((error) => `reported ${String(error)}`.replace(/\w+(?=\.\w+ is not a function)/, '')),
  ];
}
