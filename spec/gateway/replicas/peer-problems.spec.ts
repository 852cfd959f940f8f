import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { PeerProblems, type PeerReport, refusalText } from '../../../lib/gateway/replicas/peer-problems.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';
import { collect } from '../../support/listen.ts';

const url = 'http://10.0.0.2:3100';
const refusing: PeerReport = { url, status: 'refusing', error: 'their keys differ' };
const down: PeerReport = { url, status: 'down', error: 'connect ECONNREFUSED' };

beforeEach(() => {
  stopTime();
  onTestFinished(resumeTime);
});

/** Reports the same each two seconds. */
async function reporting(problems: PeerProblems, report: PeerReport, forMs: number): Promise<void> {
  for (let ms = 0; ms < forMs; ms += 2000) {
    problems.found(report);
    await elapse(2000);
  }
}

describe('the problems with other nodes', () => {
  it('are told once a minute, at once where it refuses', async () => {
    const problems = new PeerProblems();
    const told = collect(problems.problems$);
    problems.found(refusing);
    expect(told).toEqual([refusing]);
    await reporting(problems, refusing, 150_000);
    expect(told).toHaveLength(3);
    expect(problems.reportOf(url)).toEqual(refusing);
  });

  it('are told of a node that is down for ten seconds, and not of one that is being started', async () => {
    const problems = new PeerProblems();
    const told = collect(problems.problems$);
    await reporting(problems, down, 8000);
    problems.found({ url, status: 'up' });
    await reporting(problems, down, 8000);
    expect(told).toEqual([]);
    await reporting(problems, down, 8000);
    expect(told).toEqual([down]);
  });

  it('are those of each node for itself, and are forgotten with it', () => {
    const problems = new PeerProblems();
    const told = collect(problems.problems$);
    problems.found(refusing);
    problems.found({ ...refusing, url: 'http://10.0.0.3:3100' });
    expect(told).toHaveLength(2);
    problems.keep([]);
    expect(problems.reportOf(url)).toEqual({ url, status: 'asking' });
    problems.found(refusing);
    expect(told).toHaveLength(3);
  });
});

describe('why a node refuses', () => {
  it.each([
    ['keys', NaN, 'it refuses what this node seals: their keys differ'],
    ['clock', 42_400, 'it refuses what this node seals: its clock is 42 s ahead'],
    ['clock', -90_000, 'it refuses what this node seals: its clock is 90 s behind'],
    [undefined, 0, undefined],
  ])('is told in words: %s, %d', (fault, aheadMs, text) => {
    expect(refusalText(fault, aheadMs)).toBe(text);
  });
});
