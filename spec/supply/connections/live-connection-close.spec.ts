import { EMPTY, NEVER, Observable, Subject, Subscription, of, throwError, timer } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLive } from '../../support/live.ts';
import { elapse, resumeTime, settle, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const no = new Error('no');
const connect = () => of('a');

describe('close', () => {
  it('closes a connection once, however often it is called', async () => {
    const { live, told, closed } = openLive({ connect, close: () => timer(10) });
    live.close();
    live.close();
    await elapse(100);
    live.close();
    expect({ told, closed }).toEqual({ told: ['up a', 'gone'], closed: ['a'] });
  });

  it.each<[string, () => unknown]>([
    ['gives nothing', () => undefined],
    ['is empty', () => EMPTY],
    ['emits and completes', () => of(1, 2)],
    ['resolves', () => Promise.resolve()],
    ['errors', () => throwError(() => no)],
    ['rejects', () => Promise.reject(no)],
    [
      'throws',
      () => {
        throw no;
      },
    ],
    ['gives something else', () => true],
  ])('is done when the user’s own function %s', async (_, close) => {
    const opened = openLive({ connect, close: close as () => undefined });
    opened.live.close();
    await settle();
    expect(opened).toMatchObject({ told: ['up a', 'gone'], closed: ['a'], signal: { aborted: true } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for completion, not for a value', () => {
    const closing$ = new Subject<number>();
    const { live, told } = openLive({ connect, close: () => closing$ });
    live.close();
    closing$.next(1);
    expect(told).toEqual(['up a']);
    closing$.complete();
    expect(told).toEqual(['up a', 'gone']);
  });

  it('drops the connection when closing takes too long', async () => {
    const source$ = new Subject<string>();
    const closing$ = new Subject<never>();
    const { live, told } = openLive({ connect: () => source$, close: () => closing$ });
    source$.next('a');
    live.close();
    await elapse(49);
    expect(told).toEqual(['up a']);
    await elapse(1);
    expect([told, source$.observed, closing$.observed]).toEqual([['up a', 'gone'], false, false]);
  });

  it('waits for ever where there is no limit', async () => {
    const { live, told } = openLive({ connect, close: () => NEVER }, { closeTimeoutMs: 0 });
    live.close();
    await elapse(1e6);
    expect(told).toEqual(['up a']);
  });

  it('does not close in place of the connection what comes while it is being closed', async () => {
    const source$ = new Subject<string>();
    const { live, closed } = openLive({ connect: () => source$, close: () => timer(10) });
    source$.next('a');
    live.close();
    source$.next('a');
    source$.next('b');
    await elapse(10);
    expect(closed).toEqual(['a']);
  });

  it('takes no notice of an error meanwhile', async () => {
    const source$ = new Subject<string>();
    const { live, told, closed } = openLive({ connect: () => source$, close: () => timer(10) });
    source$.next('a');
    live.close();
    source$.error(no);
    await elapse(10);
    expect({ told, closed }).toEqual({ told: ['up a', 'gone'], closed: ['a'] });
  });

  it('gives up a connect under way', () => {
    let left = 0;
    const source$ = new Observable<string>(() => () => left++);
    const opened = openLive({ connect: () => source$ });
    opened.live.close();
    expect(opened).toMatchObject({ told: ['gone'], closed: [], signal: { aborted: true } });
    expect([left, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it('closes what a promise brings after it', async () => {
    const { live, told, closed } = openLive({ connect: () => Promise.resolve('a') });
    live.close();
    await settle();
    expect({ told, closed }).toEqual({ told: ['gone'], closed: ['a'] });
  });

  it('closes a connection that is being warmed', async () => {
    const warming$ = new Subject<never>();
    const { live, told, closed } = openLive({ connect, warm: () => warming$ });
    live.close();
    expect({ told, closed, warming: warming$.observed }).toEqual({ told: ['gone'], closed: ['a'], warming: false });
    await elapse(1000);
    expect(told).toEqual(['gone']);
  });

  it('ends what belongs to the connection', () => {
    const { live } = openLive({ connect });
    const belongings = new Subscription();
    live.subscriptions.add(belongings);
    live.close();
    expect(belongings.closed).toBe(true);
  });
});
