import { type PoolOptions, codel } from '../../lib/index.ts';
import type { AuditOptions } from '../support/audit/audit.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import type { Draw } from './draw.ts';
import { drawnStrategy } from './drawn-strategy.ts';

/** The options of a pool, and what the rules have to know of them. */
export interface DrawnOptions {
  readonly options: Partial<PoolOptions<FakeConnection>>;
  readonly audit: AuditOptions;
}

export function drawnOptions(seed: number, draw: Draw): DrawnOptions {
  const minSize = draw.below(5);
  const { strategy, strategyServes, names } = drawnStrategy(draw);
  const maxConnecting = draw.between(1, 4);
  const options = {
    seed,
    strategy,
    minSize,
    maxSize: minSize + draw.between(1, 8),
    maxConnecting,
    connectBackoff: { minMs: draw.oneOf(4, 20), maxMs: draw.oneOf(20, 100) },
    maxLeasesPerConnection: draw.oneOf(1, 1, 2, 3),
    maxWaiting: draw.oneOf(0, 2, 8, 50),
    ...drawnDurations(draw),
    unhealthyAfter: draw.between(1, 3),
    ...(draw.chance(30) ? { queue: codel({ targetMs: 15, intervalMs: draw.oneOf(30, 120) }) } : {}),
    ...(draw.chance(30) ? { maxUses: draw.oneOf(1, 3, 10) } : {}),
  };
  return { options, audit: { maxConnecting, strategyServes, names } };
}

function drawnDurations(draw: Draw): Partial<PoolOptions<FakeConnection>> {
  return {
    checkoutTimeoutMs: draw.oneOf(0, 15, 80, 400),
    connectTimeoutMs: draw.oneOf(20, 60, 300),
    healthCheckIntervalMs: draw.oneOf(0, 40, 150),
    healthCheckTimeoutMs: draw.oneOf(0, 15),
    closeTimeoutMs: draw.oneOf(10, 60),
    idleTimeoutMs: draw.oneOf(0, 50, 200),
    maxLifetimeMs: draw.oneOf<number | [number, number]>(0, 150, [60, 400]),
    leakAfterMs: draw.oneOf(0, 0, 0, 0, 0, 30),
    metricsWindowMs: draw.oneOf(0, 50, 1000),
  };
}
