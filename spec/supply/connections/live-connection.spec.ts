import { EMPTY, NEVER, type Observable, Subject, concat, map, of, throwError, timer } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newLive, openLive } from '../../support/live.ts';
import { elapse, resumeTime, settle, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const no = new Error('no');
const after = (ms: number, value = 'a') => timer(ms).pipe(map(() => value));
const promised = (ms: number, value = 'a') =>
  new Promise<string>((resolve) => {
    setTimeout(resolve, ms, value);
  });

describe('connect', () => {
  it('is told the id and has a signal', () => {
    const contexts: { id: number; signal: AbortSignal }[] = [];
    openLive({
      connect: (context) => {
        contexts.push(context);
        return NEVER;
      },
    });
    expect(contexts).toMatchObject([{ id: 7, signal: { aborted: false } }]);
  });

  it.each([
    ['an observable', () => after(40)],
    ['a promise', () => promised(40)],
    [
      'a generator',
      async function* () {
        yield await promised(40);
        await promised(1e6);
      },
    ],
  ])('brings the connection up with the first value of %s', async (_, connect) => {
    const { live, told } = openLive({ connect });
    await elapse(39);
    expect(told).toEqual([]);
    await elapse(1);
    expect([told, live.upAt]).toEqual([['up a'], performance.now()]);
    await elapse(1000);
    expect([told, live.closing]).toEqual([['up a'], false]);
  });

  it('may bring it up synchronously', () => {
    const { told } = openLive({ connect: () => of('a') });
    expect([told, vi.getTimerCount()]).toEqual([['up a'], 0]);
  });

  it('takes no notice of later values, nor of completion', async () => {
    const { live, told, closed } = openLive({ connect: () => of('a', 'b', 'c') });
    live.close();
    await settle();
    expect({ told, closed }).toEqual({ told: ['up a', 'gone'], closed: ['a'] });
  });

  it('stays subscribed for as long as the connection lives, closing included', async () => {
    const source$ = new Subject<string>();
    const { live } = openLive({ connect: () => source$, close: () => timer(10) });
    source$.next('a');
    live.close();
    await elapse(9);
    expect(source$.observed).toBe(true);
    await elapse(1);
    expect(source$.observed).toBe(false);
  });

  it.each<[string, () => Observable<string> | Promise<string>, unknown]>([
    ['is empty', () => EMPTY, new Error('connect completed without a connection')],
    ['errors', () => throwError(() => no), no],
    ['rejects', () => Promise.reject(no), no],
    [
      'throws',
      () => {
        throw no;
      },
      no,
    ],
    ['gives no stream', () => undefined as unknown as Observable<string>, expect.any(TypeError)],
  ])('has failed when it %s', async (_, connect, error) => {
    const opened = openLive({ connect });
    await settle();
    expect(opened).toMatchObject({ told: ['failed', 'gone'], closed: [], error });
    expect(opened.signal?.aborted ?? true).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is down when it errors later', () => {
    const opened = openLive({
      connect: () =>
        concat(
          of('a'),
          throwError(() => no),
        ),
    });
    expect(opened).toMatchObject({ told: ['up a', 'down', 'gone'], closed: ['a'], error: no });
  });
});

describe('connectTimeoutMs', () => {
  it('gives up a connect that takes longer', async () => {
    const source$ = new Subject<string>();
    const opened = openLive({ connect: () => source$ });
    await elapse(99);
    expect([opened.told, source$.observed]).toEqual([[], true]);
    await elapse(1);
    expect(opened).toMatchObject({
      told: ['failed', 'gone'],
      error: new Error('connecting took longer than 100 ms'),
      signal: { aborted: true },
    });
    expect(source$.observed).toBe(false);
  });

  it('closes what a promise brings after it', async () => {
    const { told, closed } = openLive({ connect: () => promised(150) });
    await elapse(149);
    expect({ told, closed }).toEqual({ told: ['failed'], closed: [] });
    await elapse(1);
    expect({ told, closed }).toEqual({ told: ['failed', 'gone'], closed: ['a'] });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes no notice of a promise that rejects after it', async () => {
    const rejected = promised(150).then(() => Promise.reject(no));
    const opened = openLive({ connect: () => rejected });
    await elapse(200);
    expect(opened).toMatchObject({ told: ['failed', 'gone'], error: new Error('connecting took longer than 100 ms') });
  });

  it('covers the warming, and closes what is half open', async () => {
    const { told, closed } = openLive({ connect: () => after(60), warm: () => after(60) });
    await elapse(100);
    expect({ told, closed }).toEqual({ told: ['failed', 'gone'], closed: ['a'] });
  });

  it('never comes when it is off', async () => {
    const { told } = openLive({ connect: () => after(1e6) }, { connectTimeoutMs: 0 });
    await elapse(1e6);
    expect(told).toEqual(['up a']);
  });
});

describe('warm', () => {
  it('comes before the connection is up', async () => {
    const { told } = openLive({ connect: () => of('a'), warm: (value) => after(20, value) });
    await elapse(19);
    expect(told).toEqual([]);
    await elapse(1);
    expect(told).toEqual(['up a']);
  });

  it.each([
    ['a promise', () => promised(5)],
    ['nothing', () => undefined as unknown as Observable<never>],
    ['an empty stream', () => EMPTY],
  ])('may give %s', async (_, warm) => {
    const { told } = openLive({ connect: () => of('a'), warm });
    await elapse(5);
    expect(told).toEqual(['up a']);
  });

  it.each<[string, () => Observable<never> | Promise<never>]>([
    ['errors', () => throwError(() => no)],
    ['rejects', () => Promise.reject(no)],
    [
      'throws',
      () => {
        throw no;
      },
    ],
  ])('has failed the connect when it %s, and the connection is closed', async (_, warm) => {
    const opened = openLive({ connect: () => of('a'), warm });
    await settle();
    expect(opened).toMatchObject({ told: ['failed', 'gone'], closed: ['a'], error: no });
  });
});

describe('a connection that was closed before it was opened', () => {
  it('never connects', () => {
    const { live, told, signal } = newLive({ connect: () => of('a') });
    live.close();
    live.open();
    expect({ told, signal }).toEqual({ told: ['gone'], signal: undefined });
  });
});
