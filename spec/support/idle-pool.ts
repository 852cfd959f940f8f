import { createPool } from '../../lib/index.ts';

/** Prints nothing and ends by itself: nothing of an idle, empty pool keeps a process alive. */
const pool = createPool({ connect: () => Promise.resolve({}), minSize: 0, maxSize: 2, checkoutTimeoutMs: 60_000 });
const lost = createPool({ connect: () => Promise.reject(new Error('refused')), minSize: 0 });
await Promise.allSettled([pool.use(() => 'used'), lost.use(() => 'never')]);
const [one, other] = [pool.use(() => 'first'), pool.use(() => 'second')];
await Promise.all([one, other]);
