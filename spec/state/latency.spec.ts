import { describe, expect, it } from 'vitest';
import { type BareEvent, checkin, checkout, on, opened, recordAt, stateAfter, up } from '../support/pool-log.ts';

const decayMs = 1000;

/** A use of the connection on slot 0 that ends at this instant, after so long. */
function used(at: number, usedMs: number): BareEvent[] {
  return [checkout(0), { type: 'checkin', ...on(0), lease: 1, usedMs, at }];
}

function latencyAfter(...uses: BareEvent[][]) {
  const state = stateAfter(opened({ latencyDecayMs: decayMs }), ...up(0), ...uses.flat());
  const { latencyMs, latencyAt } = recordAt(state, 0);
  return { latencyMs, latencyAt };
}

describe('the latency of a connection', () => {
  it('is 0 before the first lease is over', () => {
    expect(latencyAfter([checkout(0)])).toEqual({ latencyMs: 0, latencyAt: 0 });
  });

  it('is that of the first lease then', () => {
    expect(latencyAfter(used(500, 20))).toEqual({ latencyMs: 20, latencyAt: 500 });
  });

  it('jumps to a peak at once', () => {
    expect(latencyAfter(used(500, 20), used(501, 90))).toEqual({ latencyMs: 90, latencyAt: 501 });
  });

  it('falls the further, the more time has passed', () => {
    const { latencyMs } = latencyAfter(used(500, 100), used(500 + decayMs, 10));
    expect(latencyMs).toBeCloseTo(100 / Math.E + 10 * (1 - 1 / Math.E));
    expect(latencyAfter(used(500, 100), used(501, 10)).latencyMs).toBeGreaterThan(99);
    expect(latencyAfter(used(500, 100), used(500 + 20 * decayMs, 10)).latencyMs).toBeCloseTo(10);
  });

  it('is known of uses that took no time', () => {
    expect(latencyAfter(used(500, 0)).latencyMs).toBe(0.001);
  });

  it('is not noted where no strategy asks for it', () => {
    const state = stateAfter(opened(), ...up(0), checkout(0), checkin(0));
    expect(recordAt(state, 0)).toMatchObject({ latencyMs: 0, latencyAt: 0 });
  });
});
