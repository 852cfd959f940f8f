import { createColors } from 'picocolors';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { comparisonOf } from '../../../lib/cli/load/comparison.ts';
import { type Paper, summary } from '../../../lib/cli/load/summary.ts';
import { bare, latency, sampleOf, sceneOf, withoutPool } from '../samples.ts';

const paper: Paper = { columns: 80, paint: bare, boxed: false, interruptedBy: undefined, failedRuns: [] };
const withPool = sampleOf({ stage: 'done', elapsedMs: 10_012 });

describe('the summary', () => {
  it('sets the run with a pool against the one without', () => {
    expect(summary(sceneOf(), [withPool, withoutPool], paper)).toBe(
      [
        '100 clients call work of 127.0.0.1:3000, pool of 10 to 50 (round-robin)',
        '                     with pool  without pool',
        'clients                    100           100',
        'duration                10.0 s        5.00 s',
        'requests                25,000        10,000',
        'failed                       0             0',
        'requests per second      5,000         1,000',
        'latency p50            18.2 ms       91.0 ms',
        'latency p95            36.4 ms        182 ms',
        'latency p99            36.4 ms        182 ms',
        'latency max            36.4 ms        182 ms',
        'mean checkout time     3.89 ms       3.89 ms',
        'connections opened          50        10,000',
        'With the pool: 5.0 times the throughput, p50 latency 18.2 ms, not 91.0 ms.',
      ].join('\n'),
    );
  });

  it('draws a box where there is room for one', () => {
    const wide = summary(sceneOf(), [withPool, withoutPool], { ...paper, boxed: true });
    expect(wide).toContain('│ requests            │    25,000 │       10,000 │');
    const narrow = summary(sceneOf(), [withPool, withoutPool], { ...paper, boxed: true, columns: 50 });
    expect(narrow).not.toContain('│');
  });

  it.each([40, 50, 80, 120])('is never wider than %d columns', (columns) => {
    const failures = [{ code: 'TOOL_ERROR', count: 12, message: 'long '.repeat(50) }];
    const results = [sampleOf({ failed: 12, failures }), { ...withoutPool, clients: 2 }];
    const text = summary(sceneOf(), results, { ...paper, boxed: true, columns, interruptedBy: 'SIGINT' });
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(columns);
  });

  it('has the same text with colours', () => {
    const results = [sampleOf({ failed: 1, failures: [{ code: 'A', count: 1, message: 'no' }] }), withoutPool];
    const coloured = summary(sceneOf(), results, { ...paper, paint: createColors(true) });
    expect(coloured).not.toBe(stripVTControlCharacters(coloured));
    expect(stripVTControlCharacters(coloured)).toBe(summary(sceneOf(), results, paper));
  });

  it('says why requests failed, the most frequent reasons first and not too many', () => {
    const failures = [6, 5, 4, 3, 2, 1].map((count) => ({ code: `CODE_${count}`, count, message: 'gone' }));
    const text = summary(sceneOf(), [sampleOf({ failed: 21, failures })], paper);
    expect(text).toContain('with pool, 21 failed:\n  6 x CODE_6: gone\n  5 x CODE_5: gone\n');
    expect(text).not.toContain('CODE_1');
  });

  it('compares nothing where nothing succeeded', () => {
    const dead = { ...withoutPool, requestsPerSecond: 0, latencyUs: latency(0, 0) };
    expect(summary(sceneOf(), [withPool, dead], paper)).not.toContain('With the pool');
    expect([comparisonOf([withPool, dead]), comparisonOf([withPool]), comparisonOf([])]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is honest where the run without a pool had fewer clients', () => {
    const text = summary(sceneOf(), [withPool, { ...withoutPool, clients: 2 }], { ...paper, columns: Infinity });
    expect(text).toContain(
      'Without the pool there were 2 clients and not 100: each request starts a process of its own',
    );
  });

  it('says where it was interrupted', () => {
    const interrupted = { ...paper, columns: Infinity, interruptedBy: 'SIGINT' };
    expect(summary(sceneOf(), [withPool], interrupted)).toMatch(
      /Interrupted by SIGINT in run 1 of 2, after 10\.0 s; .*$/,
    );
    expect(summary(sceneOf({ compare: false }), [withPool], interrupted)).toContain('Interrupted by SIGINT, after');
    expect(summary(sceneOf(), [], interrupted)).toContain('Interrupted by SIGINT before the first request.');
  });

  it('names one client, and the leases where a connection is shared', () => {
    const [line] = summary(sceneOf({ clients: 1, leases: 4 }), [], { ...paper, columns: Infinity }).split('\n');
    expect(line).toBe('1 client calls work of 127.0.0.1:3000, pool of 10 to 50 (round-robin, 4 leases each)');
  });
});
