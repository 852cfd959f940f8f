import { createColors } from 'picocolors';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { liveFrame } from '../../../lib/cli/load/live-view.ts';
import type { RunSample } from '../../../lib/cli/load/run-sample.ts';
import type { LoadMoment } from '../../../lib/cli/load/load-scene.ts';
import { bare, latency, metrics, sampleOf, sceneOf, withoutPool } from '../samples.ts';
import type { Paint } from '../../../lib/cli/terminal/canvas.ts';

const first = sampleOf({ stage: 'done' });

function frame(moment: Partial<LoadMoment>, columns = 100, paint: Paint = bare): string {
  const whole = { earlier: [], sample: sampleOf(), interrupted: false, ...moment };
  return liveFrame(sceneOf(), whole, { columns, paint });
}

function rowOf(label: string, sample: Partial<RunSample>, columns = 100): string {
  const lines = frame({ sample: sampleOf(sample) }, columns).split('\n');
  return lines.find((line) => line.trim().startsWith(label)) ?? '';
}

describe('the live view', () => {
  it('shows connections, waiting, throughput, latency, the last minute and the time left', () => {
    expect(frame({})).toBe(
      [
        '100 clients call work of 127.0.0.1:3000, pool of 10 to 50 (round-robin)',
        '',
        '  with pool     ━━━━━━━━━━━━━━━━━━━━────────────────────  5 s left  run 1 of 2',
        '  connections   ████████████████████████████████▒▒▒▒▒▒▒▒  40 active, 10 idle  of 50',
        '  waiting       1,234',
        '  throughput    5,123 requests/s  25,000 so far',
        '  latency       p50 17.1 ms  p99 34.2 ms  of it waiting 3.00 ms',
        '  last minute   ▂███  peak 5,123/s',
      ].join('\n'),
    );
  });

  it('says above the figures what is wrong with the pool', () => {
    const health = { status: 'down', cause: 'Nothing is up: no such file.', since: 1000, nextTryAt: 6000 } as const;
    const lines = frame({ sample: sampleOf({ health, at: 5000 }) }).split('\n');
    expect(lines[2]).toBe('  health        down for 4 s: Nothing is up: no such file. Next try in 1 s.');
    expect(frame({ sample: sampleOf({ health, at: 5000, stage: 'done' }) })).not.toContain('health');
  });

  it('keeps the result of the first run in view while the second goes on', () => {
    const lines = frame({ earlier: [first], sample: withoutPool }).split('\n');
    expect(lines[2]).toBe('  with pool     5,000 requests/s  p50 18.2 ms  p99 36.4 ms');
    expect(lines[3]).toContain('  without pool  ━━━━');
    expect(lines[3]).toContain('run 2 of 2');
    expect(lines.at(-1)).toBe('  last minute   ▂███▂▂  peak 5,123/s');
  });

  it.each([24, 40, 50, 80, 120, 200])('is never wider than %d columns', (columns) => {
    const failures = { failed: 12, requests: 123_456_789 };
    for (const stage of ['opening', 'running', 'ending', 'done'] as const) {
      const text = frame({ earlier: [first], sample: sampleOf({ ...failures, stage }), interrupted: true }, columns);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns - (columns > 24 ? 1 : 0));
    }
  });

  it('leaves out what has no room', () => {
    expect(rowOf('connections', {}, 40)).toBe('  connections   ██▒  40 active, 10 idle');
    expect(rowOf('throughput', {}, 40)).toBe('  throughput    5,123 requests/s');
  });

  it('has the same text with colours', () => {
    const coloured = frame({ earlier: [first], interrupted: true }, 80, createColors(true));
    expect(coloured).not.toBe(stripVTControlCharacters(coloured));
    expect(stripVTControlCharacters(coloured)).toBe(frame({ earlier: [first], interrupted: true }, 80));
  });

  it('says what it waits for', () => {
    expect(rowOf('with pool', { stage: 'opening', progress: 0 })).toContain('─  opening connections');
    expect(rowOf('with pool', { stage: 'ending' })).toContain('waiting for answers');
    expect(frame({ interrupted: true })).toContain('Ctrl-C again ends at once');
  });

  it('counts requests where their number is limited', () => {
    const scene = sceneOf({ requests: 100_000, compare: false });
    const text = liveFrame(
      scene,
      { earlier: [], sample: sampleOf(), interrupted: false },
      { columns: 80, paint: bare },
    );
    expect(text).toContain('25,000 of 100,000\n');
  });

  it('shows failures, and that nobody is answered', () => {
    expect(rowOf('throughput', { failed: 1 })).toContain('1 failed');
    expect(rowOf('latency', { recentLatencyUs: latency(0) })).toContain('no answers in the last second');
  });

  it('draws the connections against what can be used', () => {
    const few = { ...metrics, activeConnections: 50, idleConnections: 0, maxSize: 1000 };
    expect(rowOf('connections', { metrics: few })).toContain(
      '█'.repeat(20) + '·'.repeat(20) + '  50 active, 0 idle  of 100',
    );
    const none = { ...metrics, activeConnections: 0, idleConnections: 0, currentSize: 0 };
    expect(rowOf('connections', { metrics: none })).toContain('·'.repeat(40));
  });

  it('holds the last minute and no more', () => {
    const perSecond = Array.from({ length: 59 }, () => 10);
    const text = frame({ earlier: [sampleOf({ perSecond: [900, 900] })], sample: sampleOf({ perSecond }) }, 120);
    expect(text.split('\n').at(-1)).toContain(`█${'▁'.repeat(59)}  peak 900/s`);
  });
});
