import { expect, it } from 'vitest';
import { condition } from '../../../lib/cli/load/condition.ts';
import { verdictOf } from '../../../lib/cli/load/verdict.ts';
import { latency, sampleOf } from '../samples.ts';

const slow = sampleOf({ mode: 'max=1', latencyUs: latency(60_000) });
const fast = sampleOf({ mode: 'max=2', latencyUs: latency(6000) });

it('fails where requests did, unless a condition says what counts', () => {
  const failed = sampleOf({ failed: 1 });
  expect(verdictOf([fast], undefined, undefined)).toEqual({ exitCode: 0, failedRuns: [] });
  expect(verdictOf([failed], undefined, undefined).exitCode).toBe(1);
  expect(verdictOf([failed], condition('failed>1'), undefined).exitCode).toBe(0);
});

it('names the runs for which the condition holds', () => {
  expect(verdictOf([slow, fast], condition('p50>50'), undefined)).toEqual({ exitCode: 1, failedRuns: ['max=1'] });
});

it('does not take a run without answers for a fast one', () => {
  const dead = sampleOf({ requests: 5, failed: 5, latencyUs: { ...latency(0), count: 0 } });
  expect(verdictOf([dead], condition('p99>50'), undefined).exitCode).toBe(1);
});

it('is the signal of an interrupted load', () => {
  expect(verdictOf([slow], condition('p50>50'), 'SIGINT')).toEqual({ exitCode: 130, failedRuns: ['max=1'] });
});
