import { describe, expect, it } from 'vitest';
import { gaugesOf } from '../../lib/metrics/pool-metrics.ts';
import { checkin, checkout, health, on, opened, stateAfter, up, wait } from '../support/pool-log.ts';

describe('gaugesOf', () => {
  it('is all zeros for a pool that was just opened', () => {
    expect(gaugesOf(stateAfter(opened({ maxSize: 7, strategy: 'custom' })))).toEqual({
      strategy: 'custom',
      currentSize: 0,
      maxSize: 7,
      allowedConnections: 7,
      activeConnections: 0,
      idleConnections: 0,
      connectingConnections: 0,
      closingConnections: 0,
      unhealthyConnections: 0,
      waitingCheckouts: 0,
      poolUtilizationPercent: 0,
      totalCheckouts: 0,
      failedCheckouts: 0,
      avgCheckoutTimeUs: 0,
      healthCheckFailures: 0,
      invalidCheckins: 0,
    });
  });

  it('tells what the state counts', () => {
    const events = [
      ...up(0, 1, 2, 3),
      checkout(0),
      checkin(0),
      checkout(1),
      checkout(2),
      health(3, false),
      wait(1),
      { type: 'refuse', reason: 'overloaded' },
      { type: 'invalidCheckin', lease: 1, reason: 'twice' },
      { type: 'retire', ...on(0), reason: 'maxUses' },
    ] as const;
    expect(gaugesOf(stateAfter(opened(), ...events))).toMatchObject({
      currentSize: 4,
      activeConnections: 2,
      idleConnections: 1,
      closingConnections: 1,
      unhealthyConnections: 1,
      waitingCheckouts: 1,
      poolUtilizationPercent: 50,
      totalCheckouts: 3,
      failedCheckouts: 1,
      avgCheckoutTimeUs: 2000,
      healthCheckFailures: 1,
      invalidCheckins: 1,
    });
  });
});
