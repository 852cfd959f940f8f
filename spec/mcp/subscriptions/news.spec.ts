import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { News } from '../../../lib/mcp/subscriptions/news.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';

const [server, other] = [{}, {}];
const [a, b, c] = [{}, {}, {}];
const tell = vi.fn();

beforeEach(() => {
  tell.mockClear();
  stopTime();
});
afterEach(resumeTime);

describe('news', () => {
  it('of an only connection are told at once, each of them', () => {
    const news = new News(tell);
    for (let i = 0; i < 3; i++) news.told(server, a, 1);
    expect(tell).toHaveBeenCalledTimes(3);
  });

  it('are told as soon as all connections have told them', () => {
    const news = new News(tell);
    for (const by of [a, b]) news.told(server, by, 3);
    expect(tell).not.toHaveBeenCalled();
    news.told(server, c, 3);
    expect(tell).toHaveBeenCalledTimes(1);
  });

  it('are told after 25 ms where not all connections tell them, and what comes then are others', async () => {
    const news = new News(tell);
    news.told(server, a, 2);
    await elapse(24);
    expect(tell).not.toHaveBeenCalled();
    await elapse(1);
    expect(tell).toHaveBeenCalledTimes(1);
    news.told(server, b, 2);
    await elapse(25);
    expect(tell).toHaveBeenCalledTimes(2);
  });

  it('are as many as one connection tells', async () => {
    const news = new News(tell);
    for (const by of [a, a, b, b]) news.told(server, by, 2);
    expect(tell).toHaveBeenCalledTimes(2);
    for (const by of [a, a, a, b]) news.told(server, by, 2);
    await elapse(25);
    expect(tell).toHaveBeenCalledTimes(5);
  });

  it('of each server are its own', () => {
    const news = new News(tell);
    news.told(server, a, 1);
    news.told(other, b, 1);
    expect(tell).toHaveBeenCalledTimes(2);
  });

  it('that may have been missed are told once, with those that come at the same time', async () => {
    const news = new News(tell);
    for (let i = 0; i < 3; i++) news.missed(server);
    news.told(server, a, 2);
    await elapse(25);
    expect(tell).toHaveBeenCalledTimes(1);
  });

  it('are not told after the end', async () => {
    const news = new News(tell);
    news.told(server, a, 2);
    news.end();
    await elapse(25);
    expect(tell).not.toHaveBeenCalled();
  });
});
