import { describe, expect, it } from 'vitest';
import { type Advice, adviceOn } from '../../../lib/cli/inspect/advice.ts';
import type { Inspection } from '../../../lib/cli/inspect/inspection.ts';
import { found, inspected } from './found.ts';

const machine = { processors: 8, memoryBytes: 16_000_000_000 };

function advice(other: Partial<Inspection> = {}, kind = 'stdio', on = machine): Advice {
  return adviceOn(inspected(other), kind, on);
}

describe('the pool that is advised', () => {
  it('is exclusive where nothing is known of the state, and as many processes as there are processors', () => {
    const { sharing, minSize, maxSize, options, reason } = advice();
    expect([sharing, minSize, maxSize, options]).toEqual(['exclusive', 1, 8, {}]);
    expect(reason).toBe(
      'exclusive, 1 to 8 connections: opening one takes 400 ms and a call 1.00 ms; each is a process of 70 MB, on 8 processors; nothing is known of its state, and exclusive is right for any server.',
    );
  });

  it('is pinned where each connection has a state of its own', () => {
    expect(advice({ state: found('apart') })).toMatchObject({ sharing: 'pinned', maxSize: 16 });
  });

  it('is multiplexed where the state is shared, or there is no session', () => {
    expect(advice({ state: found('shared') })).toMatchObject({ sharing: 'multiplex', maxSize: 4 });
    const http = found({ hasSession: false, firstByte: undefined });
    expect(advice({ http }, 'http')).toMatchObject({ sharing: 'multiplex', minSize: 1, maxSize: 4 });
    expect(advice({ http: found({ hasSession: true, firstByte: undefined }) }, 'http').sharing).toBe('exclusive');
  });

  it.each(['dies', 'silent'] as const)('is exclusive where a connection %s when a request is cancelled', (outcome) => {
    const { sharing, reason } = advice({ state: found('shared'), cancel: found({ outcome, reason: 'x' }) });
    expect(sharing).toBe('exclusive');
    expect(reason).toContain('cancelled request');
  });

  it('is no larger than the server bears, nor than half of the memory', () => {
    const bearing = found({ connections: 3, endedBy: 'server' as const, reason: 'full' });
    expect(advice({ bearing })).toMatchObject({ maxSize: 3 });
    expect(advice({ bearing }).reason).toContain('the server bears 3 at once');
    expect(advice({}, 'stdio', { processors: 8, memoryBytes: 350_000_000 })).toMatchObject({ minSize: 1, maxSize: 2 });
    expect(advice({}, 'stdio', { processors: 8, memoryBytes: 1000 })).toMatchObject({ minSize: 1, maxSize: 1 });
  });

  it('keeps some connections open where opening takes long and idle ones cost little', () => {
    expect(advice({}, 'tcp')).toMatchObject({ minSize: 4, maxSize: 50 });
    const opening = found({ times: 5, p50Ms: 1, p99Ms: 2 });
    expect(advice({ opening }, 'tcp')).toMatchObject({ minSize: 1, maxSize: 50 });
  });

  it('says what else the pool has to be told', () => {
    const { introduction } = inspected();
    expect(
      advice({
        introduction: { ...introduction, era: 'modern', firstOpenMs: 40_000 },
        ping: found({ method: 'ping', answer: 'silent', afterMs: 3000 }),
        stdin: found({ ends: 'by itself', afterMs: 1900 }),
      }).options,
    ).toEqual({ era: 'modern', connectTimeoutMs: 180_000, healthCheckIntervalMs: 0, closeTimeoutMs: 4000 });
  });

  it('holds where probes have failed', () => {
    const failed = { status: 'failed', reason: 'x' } as const;
    const none = { opening: failed, call: failed, footprint: failed, cancel: failed, bearing: failed };
    expect(advice(none).reason).toBe(
      'exclusive, 1 to 8 connections: each is a process, on 8 processors; nothing is known of its state, and exclusive is right for any server.',
    );
  });
});
