import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PoisonList } from '../../lib/mcp/poison-list.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const read = (uri: unknown, _meta?: unknown) => ({ method: 'resources/read', params: { uri, _meta } });

describe('PoisonList', () => {
  it('refuses a request for a while once it was alone on two connections that died', () => {
    const list = new PoisonList(1000);
    expect(list.died(read('a'))).toBe(1);
    expect(() => list.admit(read('a'))).not.toThrow();
    expect(list.died(read('a'))).toBe(2);
    vi.advanceTimersByTime(400);
    expect(() => list.admit(read('a'))).toThrow('resources/read was alone on 2 connections when they died');
    expect(() => list.admit(read('b'))).not.toThrow();
    vi.advanceTimersByTime(600);
    expect(() => list.admit(read('a'))).not.toThrow();
    expect(list.died(read('a'))).toBe(1);
  });

  it('forgets one that is answered', () => {
    const list = new PoisonList(1000);
    list.died(read('a'));
    list.answered(read('a'));
    expect(list.died(read('a'))).toBe(1);
  });

  it('forgets a death after the while', () => {
    const list = new PoisonList(1000);
    list.died(read('a'));
    vi.advanceTimersByTime(1000);
    expect(list.died(read('a'))).toBe(1);
  });

  it('knows a request again whatever its _meta says', () => {
    const list = new PoisonList(1000);
    list.died(read('a', { traceparent: '1' }));
    expect(list.died(read('a', { traceparent: '2' }))).toBe(2);
  });

  it('remembers a thousand at most', () => {
    const list = new PoisonList(1000);
    for (let i = 0; i <= 1000; i++) list.died(read(i));
    expect([list.died(read(1)), list.died(read(0))]).toEqual([2, 1]);
  });

  it('remembers nothing when it is off, nor what JSON refuses', () => {
    const off = new PoisonList(0);
    off.died(read('a'));
    expect(off.died(read('a'))).toBe(1);
    const list = new PoisonList(1000);
    expect([list.died(read(1n)), list.died(read(1n))]).toEqual([1, 1]);
    expect(() => list.admit(read(1n))).not.toThrow();
  });
});
