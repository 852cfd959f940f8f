import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PoisonList } from '../../../lib/mcp/requests/poison-list.ts';
import { callOf } from '../../support/tool-call.ts';
import { resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

let connections = 0;
const call = (of: unknown, _meta?: unknown) => {
  const { method, params } = callOf('work', { of });
  return { method, params: { ...params, _meta } };
};
const cause = new Error('the server exited with code 9');
const died = (list: PoisonList, request = call('a'), begunAt = performance.now()) =>
  list.died(request, { connection: connections++, begunAt, cause });
/** Long enough that it is another moment. */
const later = () => vi.advanceTimersByTime(600);

describe('PoisonList', () => {
  it('refuses a request for a while, with the last cause, once two connections died that it had for itself', () => {
    const list = new PoisonList(10_000);
    expect(died(list)).toBe(1);
    expect(() => {
      list.admit(call('a'));
    }).not.toThrow();
    expect(died(list)).toBe(2);
    vi.advanceTimersByTime(4000);
    const words = 'tools/call of "work" was alone on 2 connections when they died (the server exited with code 9)';
    expect(() => {
      list.admit(call('a'));
    }).toThrow(`${words}: refused for 6000 ms`);
    expect(() => {
      list.admit(call('b'));
    }).not.toThrow();
    vi.advanceTimersByTime(6000);
    expect(() => {
      list.admit(call('a'));
    }).not.toThrow();
    expect(died(list)).toBe(1);
  });

  it('counts once what was lost at the same moment, however many connections that took', () => {
    const list = new PoisonList(10_000);
    const begunAt = performance.now();
    vi.advanceTimersByTime(5);
    expect([1, 2, 3].map(() => died(list, call('a'), begunAt))).toEqual([1, 1, 1]);
    expect(died(list)).toBe(2);
  });

  it('holds it to be proof of nothing when connections die together that had something else to do, or nothing', () => {
    const list = new PoisonList(60_000);
    for (let deploy = 0; deploy < 3; deploy++) {
      died(list, call('a'));
      expect(died(list, call('b'))).toBe(0);
      list.lost(connections++);
      later();
      for (const of of ['a', 'b']) {
        expect(() => {
          list.admit(call(of));
        }).not.toThrow();
      }
    }
  });

  it('knows a connection again that it was told of before', () => {
    const list = new PoisonList(10_000);
    list.lost(connections);
    expect(died(list)).toBe(1);
  });

  it('forgets one that is answered', () => {
    const list = new PoisonList(1000);
    died(list);
    list.answered(call('a'));
    expect(died(list)).toBe(1);
  });

  it('forgets a death after the while', () => {
    const list = new PoisonList(1000);
    died(list);
    vi.advanceTimersByTime(1000);
    expect(died(list)).toBe(1);
  });

  it('knows a request again whatever its _meta says', () => {
    const list = new PoisonList(10_000);
    died(list, call('a', { traceparent: '1' }));
    expect(died(list, call('a', { traceparent: '2' }))).toBe(2);
  });

  it('remembers a thousand at most', () => {
    const list = new PoisonList(1_000_000);
    for (let i = 0; i <= 1000; i++) {
      died(list, call(i));
      later();
    }
    expect(died(list, call(1))).toBe(2);
    later();
    expect(died(list, call(0))).toBe(1);
  });

  it('remembers nothing when it is off, nor what JSON refuses', () => {
    const off = new PoisonList(0);
    expect([died(off), died(off)]).toEqual([0, 0]);
    const list = new PoisonList(1000);
    expect([died(list, call(1n)), died(list, call(1n))]).toEqual([0, 0]);
    expect(() => {
      list.admit(call(1n));
    }).not.toThrow();
  });
});
