import { EMPTY, NEVER, Subject, of, throwError, timer } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLive } from '../../support/live.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const no = new Error('no');
const connect = () => of('a');

describe('down', () => {
  it.each([
    [
      'emits',
      (death$: Subject<unknown>) => {
        death$.next('exit 1');
      },
      'exit 1',
    ],
    [
      'emits nothing in particular',
      (death$: Subject<unknown>) => {
        death$.next(undefined);
      },
      new Error('the connection went down'),
    ],
    [
      'errors',
      (death$: Subject<unknown>) => {
        death$.error(no);
      },
      no,
    ],
    [
      'completes',
      (death$: Subject<unknown>) => {
        death$.complete();
      },
      new Error('the connection went down'),
    ],
  ])('is told once when it %s, and the connection is closed', (_, die, error) => {
    const death$ = new Subject<unknown>();
    const opened = openLive({ connect, down: () => death$ });
    die(death$);
    death$.next('again');
    expect(opened).toMatchObject({ told: ['up a', 'down', 'gone'], closed: ['a'], error, signal: { aborted: true } });
    expect(death$.observed).toBe(false);
  });

  it('is told before the connection is closed', async () => {
    const death$ = new Subject<unknown>();
    const { told, closed } = openLive({ connect, down: () => death$, close: () => timer(10) });
    death$.next('x');
    expect({ told, closed }).toEqual({ told: ['up a', 'down'], closed: ['a'] });
    await elapse(10);
    expect(told).toEqual(['up a', 'down', 'gone']);
  });

  it('fails the connect while it warms up', () => {
    const death$ = new Subject<unknown>();
    const opened = openLive({ connect, down: () => death$, warm: () => NEVER });
    death$.error(no);
    expect(opened).toMatchObject({ told: ['failed', 'gone'], closed: ['a'], error: no });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps the connection from being warmed when it is down from the start', () => {
    let warmed = 0;
    const warm = () => {
      warmed++;
      return EMPTY;
    };
    const opened = openLive({ connect, down: () => throwError(() => no), warm });
    expect(opened).toMatchObject({ told: ['failed', 'gone'], closed: ['a'], error: no });
    expect(warmed).toBe(0);
  });

  it('fails the connect when it throws', () => {
    const down = () => {
      throw no;
    };
    expect(openLive({ connect, down })).toMatchObject({ told: ['failed', 'gone'], closed: ['a'], error: no });
  });

  it('is not told of a connection that was closed', async () => {
    const death$ = new Subject<unknown>();
    const { live, told } = openLive({ connect, down: () => death$, close: () => timer(10) });
    live.close();
    expect(death$.observed).toBe(false);
    await elapse(10);
    expect(told).toEqual(['up a', 'gone']);
  });
});
