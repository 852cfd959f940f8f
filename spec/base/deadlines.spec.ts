import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DeadlineList, Deadlines, type Timed } from '../../lib/base/deadlines.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

class Entry implements Timed<Entry> {
  list: DeadlineList<Entry> | undefined;
  previous: Entry | undefined;
  following: Entry | undefined;
  readonly name: string;
  readonly deadline: number;

  constructor(name: string, durationMs: number) {
    this.name = name;
    this.deadline = performance.now() + durationMs;
  }
}

function timed() {
  const expired: string[][] = [];
  const deadlines = new Deadlines<Entry>((entries) => expired.push(entries.map(({ name }) => name)));
  const add = (name: string, durationMs: number) => {
    const entry = new Entry(name, durationMs);
    deadlines.add(entry, durationMs);
    return entry;
  };
  return { deadlines, expired, add };
}

beforeEach(stopTime);
afterEach(resumeTime);

describe('Deadlines', () => {
  it('expires what has run out, not before its time', () => {
    const { expired, add } = timed();
    add('a', 100);
    vi.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual([['a']]);
  });

  it('expires each in its time', () => {
    const { expired, add } = timed();
    add('a', 100);
    vi.advanceTimersByTime(40);
    add('b', 100);
    add('c', 20);
    vi.advanceTimersByTime(20);
    expect(expired).toEqual([['c']]);
    vi.advanceTimersByTime(60);
    expect(expired).toEqual([['c'], ['a']]);
    vi.advanceTimersByTime(40);
    expect(expired).toEqual([['c'], ['a'], ['b']]);
  });

  it('tells all that ran out together at once', () => {
    const { expired, add } = timed();
    for (const name of ['a', 'b', 'c']) add(name, 100);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual([['a', 'b', 'c']]);
  });

  it('has one timer for a thousand of one duration', () => {
    const { add } = timed();
    for (let i = 0; i < 1000; i++) add(`${i}`, 100);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('does not expire what was removed', () => {
    const { deadlines, expired, add } = timed();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => add(name, 100));
    for (const entry of [b, a, d]) if (entry !== undefined) deadlines.remove(entry);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual([[c?.name]]);
  });

  it('removes what has expired or never had a deadline without a fuss', () => {
    const { deadlines, expired, add } = timed();
    const gone = add('a', 10);
    vi.advanceTimersByTime(10);
    const never = add('b', 0);
    deadlines.remove(gone);
    deadlines.remove(never);
    vi.advanceTimersByTime(10_000);
    expect(expired).toEqual([['a']]);
  });

  it('never expires what may take for ever', () => {
    const { expired, add } = timed();
    add('a', 0);
    vi.advanceTimersByTime(2 ** 31);
    expect([expired, vi.getTimerCount()]).toEqual([[], 0]);
  });

  it('keeps its timer for the next one when a list becomes empty, and lets go of it in the end', () => {
    const { deadlines, expired, add } = timed();
    deadlines.remove(add('a', 100));
    vi.advanceTimersByTime(60);
    add('b', 100);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(40);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(60);
    expect([expired, vi.getTimerCount()]).toEqual([[['b']], 0]);
  });

  it('keeps few timers for durations that nobody has any more', () => {
    const { deadlines, expired, add } = timed();
    for (let i = 0; i < 1000; i++) deadlines.remove(add(`${i}`, 60_000 + i));
    expect(vi.getTimerCount()).toBeLessThan(20);
    add('last', 60_999);
    vi.advanceTimersByTime(60_999);
    expect([expired, vi.getTimerCount()]).toEqual([[['last']], 0]);
  });

  it('goes by the clock when its timer fires late', () => {
    const { expired, add } = timed();
    add('a', 100);
    vi.advanceTimersByTime(10);
    add('b', 100);
    vi.advanceTimersByTime(10);
    add('c', 100);
    const late = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 95);
    vi.advanceTimersByTime(80);
    late.mockRestore();
    expect(expired).toEqual([['a', 'b']]);
  });

  it('takes new ones while it tells of others', () => {
    const told: string[] = [];
    const deadlines = new Deadlines<Entry>((entries) => {
      told.push(...entries.map(({ name }) => name));
      if (told.length < 3) deadlines.add(new Entry('next', 50), 50);
    });
    deadlines.add(new Entry('first', 50), 50);
    vi.advanceTimersByTime(150);
    expect([told, vi.getTimerCount()]).toEqual([['first', 'next', 'next'], 0]);
  });

  it('stops all timers when it is cleared', () => {
    const { deadlines, expired, add } = timed();
    add('a', 10);
    add('b', 20);
    deadlines.clear();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual([]);
  });
});
