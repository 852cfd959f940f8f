import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DeadlineQueue, Deadlines, type Timed } from '../../../lib/mcp/exchange/deadlines.ts';

class Waiting implements Timed {
  endsAt = 0;
  queue: DeadlineQueue | undefined = undefined;
  before: Timed | undefined = undefined;
  after: Timed | undefined = undefined;
  readonly #name: string;
  readonly #onEnd: () => void;

  constructor(name: string, onEnd: () => void = () => undefined) {
    this.#name = name;
    this.#onEnd = onEnd;
  }

  expire(): void {
    ended.push(this.#name);
    this.#onEnd();
  }
}

let ended: string[];
let deadlines: Deadlines;
const add = (name: string, ms: number, onEnd?: () => void): Waiting => {
  const waiting = new Waiting(name, onEnd);
  deadlines.add(waiting, ms, performance.now());
  return waiting;
};

beforeEach(() => {
  vi.useFakeTimers();
  ended = [];
  deadlines = new Deadlines();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('deadlines', () => {
  it('end each at its time, whatever the order of their durations, and need one timer for each duration', () => {
    add('b', 200);
    add('a', 100);
    vi.advanceTimersByTime(50);
    add('c', 200);
    expect(vi.getTimerCount()).toBe(2);
    vi.advanceTimersByTime(50);
    expect(ended).toEqual(['a']);
    vi.advanceTimersByTime(100);
    expect(ended).toEqual(['a', 'b']);
    vi.advanceTimersByTime(49);
    expect(ended).toEqual(['a', 'b']);
    vi.advanceTimersByTime(1);
    expect(ended).toEqual(['a', 'b', 'c']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('forget the first, the last and one in between', () => {
    const [first, second, third] = [add('1', 100), add('2', 100), add('3', 100)];
    const fourth = add('4', 100);
    for (const one of [second, first, fourth]) one.queue?.remove(one);
    expect([first.queue, third.queue === undefined]).toEqual([undefined, false]);
    vi.advanceTimersByTime(100);
    expect(ended).toEqual(['3']);
  });

  it('find those that came after the first had gone', () => {
    const first = add('1', 100);
    first.queue?.remove(first);
    vi.advanceTimersByTime(60);
    add('2', 100);
    vi.advanceTimersByTime(99);
    expect(ended).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ended).toEqual(['2']);
  });

  it('may be added while one ends', () => {
    add('1', 100, () => add('again', 100));
    vi.advanceTimersByTime(199);
    expect(ended).toEqual(['1']);
    vi.advanceTimersByTime(1);
    expect(ended).toEqual(['1', 'again']);
  });

  it.each([Infinity, 2 ** 31, 1e12, NaN])('never come after %d ms', (ms) => {
    expect(add('never', ms).queue).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('come at once after 0 ms', () => {
    add('now', 0);
    vi.advanceTimersByTime(1);
    expect(ended).toEqual(['now']);
  });

  it('do not gather durations that nobody waits for', () => {
    for (let ms = 1000; ms < 1500; ms++) {
      const one = add(String(ms), ms);
      one.queue?.remove(one);
    }
    expect(vi.getTimerCount()).toBeLessThanOrEqual(101);
    add('last', 1499);
    vi.advanceTimersByTime(1499);
    expect(ended).toEqual(['last']);
  });

  it('run no more when they are stopped', () => {
    add('1', 100);
    deadlines.stop();
    vi.advanceTimersByTime(1000);
    expect([ended, vi.getTimerCount()]).toEqual([[], 0]);
  });

  it('look once more after a stall: what is waited for may have come meanwhile', () => {
    const one = add('1', 100);
    vi.setSystemTime(Date.now());
    const later = performance.now() + 500;
    const now = vi.spyOn(performance, 'now').mockReturnValue(later);
    setImmediate(() => one.queue?.remove(one));
    vi.advanceTimersByTime(100);
    expect(ended).toEqual([]);
    now.mockRestore();
    vi.runOnlyPendingTimers();
    expect(ended).toEqual([]);
  });
});
