import { Subject, type Subscription } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GarbageLine, garbageNotices } from '../../../lib/mcp/transport/garbage-notices.ts';
import type { Notice } from '../../../lib/supply/connector.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';

let lines$: Subject<GarbageLine>;
let told: Notice[];
let total: number;
let subscription: Subscription;

function listen(maxPerSecond = 100): void {
  subscription = garbageNotices(lines$, maxPerSecond).subscribe((notice) => told.push(notice));
}

function say(text: string, times = 1): void {
  for (let i = 0; i < times; i++) lines$.next({ text, total: ++total });
}

const notes = (): string[] => told.map(({ note }) => note);
const retirements = (): Notice[] => told.filter(({ retire }) => retire);

beforeEach(() => {
  stopTime();
  lines$ = new Subject();
  told = [];
  total = 0;
});
afterEach(() => {
  subscription.unsubscribe();
  resumeTime();
});

describe('what is told', () => {
  it('is the first line, at once', () => {
    listen();
    say('Welcome!');
    expect(told).toEqual([{ note: 'skipped a line that is no message: "Welcome!"' }]);
  });

  it('is at most one notice a second after that, with the count and a sample', async () => {
    listen();
    for (let second = 0; second < 3; second++) {
      say('tick', 10);
      await elapse(1000);
    }
    expect(notes()).toEqual([
      'skipped a line that is no message: "tick"',
      'skipped 9 lines that are no messages, such as "tick"',
      'skipped 10 lines that are no messages, such as "tick"',
      'skipped 10 lines that are no messages, such as "tick"',
    ]);
  });

  it('is a line at once again after a quiet second', async () => {
    listen();
    say('one');
    await elapse(1001);
    say('two');
    expect(notes()).toEqual(['skipped a line that is no message: "one"', 'skipped a line that is no message: "two"']);
  });

  it('is a sample of 80 characters, on one line', () => {
    listen();
    say(`\u001b[31m\n${'x'.repeat(1000)}`);
    expect(notes()[0]).toBe(`skipped a line that is no message: "\\u001b[31m\\n${'x'.repeat(74)}"`);
  });

  it('counts the lines that came before anybody listened', () => {
    total = 11;
    listen();
    say('the twelfth');
    expect(notes()).toEqual(['skipped 12 lines that are no messages, such as "the twelfth"']);
  });

  it('is nothing where there is no line, and ends with the lines', () => {
    let completions = 0;
    subscription = garbageNotices(lines$, 100).subscribe({
      next: (notice) => told.push(notice),
      complete: () => completions++,
    });
    lines$.complete();
    expect({ told, completions }).toEqual({ told: [], completions: 1 });
  });

  it('leaves no timer to whoever unsubscribes', async () => {
    listen();
    say('one', 5);
    subscription.unsubscribe();
    await elapse(5000);
    expect(told).toHaveLength(1);
    expect(lines$.observed).toBe(false);
  });
});

describe('too many lines', () => {
  it('are more than so many within a second', () => {
    listen(10);
    say('x', 10);
    expect(retirements()).toEqual([]);
    say('y');
    expect(retirements()).toEqual([
      { note: 'more than 10 lines within a second that are no messages, such as "y"', retire: true },
    ]);
  });

  it('are so whenever the second begins', async () => {
    listen(10);
    say('x');
    await elapse(900);
    say('x', 6);
    await elapse(200);
    say('x', 4);
    expect(retirements()).toEqual([]);
    say('x');
    expect(retirements()).toHaveLength(1);
  });

  it('are not so many over a longer time', async () => {
    listen(10);
    for (let i = 0; i < 100; i++) {
      say('x', 10);
      await elapse(1000);
    }
    expect(retirements()).toEqual([]);
  });

  it('are told once', async () => {
    listen(10);
    for (let i = 0; i < 3; i++) {
      say('x', 1000);
      await elapse(1000);
    }
    expect(retirements()).toHaveLength(1);
  });

  it.each([0, Infinity])('are never too many where the limit is %d', (off) => {
    listen(off);
    say('x', 100_000);
    expect(retirements()).toEqual([]);
  });
});
