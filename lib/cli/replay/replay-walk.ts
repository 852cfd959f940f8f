import {
  type Observable,
  Subject,
  distinctUntilChanged,
  filter,
  interval,
  lastValueFrom,
  map,
  merge,
  scan,
  startWith,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import { aborted } from '../aborted.ts';
import type { CommandIo } from '../command-io.ts';
import { openFullScreen } from '../terminal/full-screen.ts';
import { exitCodeOf } from '../interrupts.ts';
import { type Cursor, played, pressed } from './replay-cursor.ts';
import type { Timeline } from './replay-timeline.ts';
import { replayFrame } from './replay-view.ts';

type Step = (cursor: Cursor) => Cursor;

/** Between two pictures while it plays, in milliseconds. */
const PICTURE_MS = 50;
const beginning: Cursor = { position: 0 };

/** Walks through a log on the whole terminal, until a key or a signal ends it; resolves with the exit code. */
export async function walk(timeline: Timeline, io: CommandIo): Promise<number> {
  const keys$ = new Subject<string>();
  let cursor = beginning;
  let exitCode = 0;
  const screen = openFullScreen(io, {
    frame: (canvas) => replayFrame({ timeline, cursor, now: performance.now() }, canvas),
    press: keys$.next.bind(keys$),
  });
  const ended$ = endOf(keys$, io.signal).pipe(tap((code) => (exitCode = code)));
  const shown$ = cursorsOf(keys$, timeline).pipe(
    tap((to) => {
      cursor = to;
      screen.draw();
    }),
    takeUntil(ended$),
  );
  try {
    await lastValueFrom(shown$, { defaultValue: beginning });
    return exitCode;
  } finally {
    screen.close();
  }
}

/** Where somebody stands, from the beginning, whenever that has changed. */
function cursorsOf(keys$: Observable<string>, timeline: Timeline): Observable<Cursor> {
  const now = (): number => performance.now();
  const steps$ = merge(
    keys$.pipe(
      map(
        (key): Step =>
          (from) =>
            pressed(from, key, timeline, now()),
      ),
    ),
    interval(PICTURE_MS).pipe(map((): Step => (from) => played(from, timeline, now()))),
  );
  return steps$.pipe(
    scan((from, step) => step(from), beginning),
    startWith(beginning),
    distinctUntilChanged(),
  );
}

/** Emits the exit code once. */
function endOf(keys$: Observable<string>, signal: AbortSignal): Observable<number> {
  const codes: Readonly<Record<string, number>> = { q: 0, 'ctrl-c': exitCodeOf('SIGINT') };
  const pressed$ = keys$.pipe(
    map((key) => codes[key]),
    filter((code) => code !== undefined),
  );
  return merge(pressed$, aborted(signal).pipe(map(exitCodeOf))).pipe(take(1));
}
