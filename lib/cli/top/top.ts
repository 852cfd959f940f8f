import type { Picture } from '../../dashboard/shared/picture.ts';
import { type CommandIo, isLive } from '../command-io.ts';
import { type FullScreen, openFullScreen } from '../terminal/full-screen.ts';
import { exitCodeOf } from '../interrupts.ts';
import { oneLine } from '../terminal/printable.ts';
import { TopFeed, type TopScene } from './top-feed.ts';
import { topJsonLine, topLine } from './top-lines.ts';
import type { TopOptions } from './top-options.ts';
import { topFrame } from './top-view.ts';

/** Between two pictures, and between two lines, in milliseconds. */
const PICTURE_MS = 100;
const LINE_MS = 1000;
/** For so long `--once` waits for the end of a window, in milliseconds. */
const ONCE_MS = 3000;

/** So many lines that would not tell of a whole second are left out. */
const EARLY_LINES = 2;

/** How it ended early: the reason with which a run is aborted. */
type End = 'quit' | 'printed' | NodeJS.Signals;

/**
 * Shows a pool of a running dashboard until somebody ends it. Resolves with the exit code; rejects with a `CommandError`
 * when there is no dashboard, or no such pool.
 */
export async function top(options: TopOptions, io: CommandIo): Promise<number> {
  const end = new AbortController();
  const signal = AbortSignal.any([io.signal, end.signal]);
  const isPlain = options.plain || options.json || options.once || !isLive(io);
  const stop = (reason: End): void => {
    end.abort(reason);
  };
  await (isPlain ? printLines(options, io, signal, stop) : showScreen(options, io, signal, stop));
  const reason: unknown = signal.reason;
  return reason === 'quit' || reason === 'printed' ? 0 : exitCodeOf(reason);
}

async function showScreen(
  options: TopOptions,
  io: CommandIo,
  signal: AbortSignal,
  stop: (reason: End) => void,
): Promise<void> {
  let withAll = false;
  let screen: FullScreen | undefined;
  const draw = drawn(() => {
    screen?.draw();
  });
  const press = (key: string): void => {
    if (key === 'q') stop('quit');
    else if (key === 'ctrl-c') stop('SIGINT');
    else if (key === 'e') withAll = !withAll;
    else if (key === 'tab' || key === 'right') feed.select('+1');
    else if (key === 'left') feed.select('-1');
    else if (/^[1-9]$/.test(key)) feed.select(Number(key) - 1);
    draw.soon();
  };
  const feed = new TopFeed(options, () => {
    // Not before there is something to be seen: what cannot be reached is told in one line.
    screen ??= openFullScreen(io, { frame: (canvas) => topFrame({ ...feed.scene, withAll }, canvas), press });
    draw.soon();
  });
  try {
    await feed.run(signal);
  } finally {
    draw.stop();
    screen?.close();
  }
}

/** Draws at once, but not more often than the eye can follow. */
function drawn(draw: () => void): { soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStale = false;
  const tick = (): void => {
    timer = isStale ? setTimeout(tick, PICTURE_MS) : undefined;
    if (isStale) draw();
    isStale = false;
  };
  return {
    soon: () => {
      isStale = true;
      timer ??= setTimeout(tick);
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
}

async function printLines(
  { once, json, ...options }: TopOptions,
  { stdout, stderr }: CommandIo,
  signal: AbortSignal,
  stop: (reason: End) => void,
): Promise<void> {
  let trouble: string | undefined;
  const print = (picture: Picture): void => {
    stdout.write(`${json ? topJsonLine(picture) : topLine(picture)}\n`);
    if (once) stop('printed');
  };
  const feed = new TopFeed(options, () => {
    if (feed.scene.trouble !== undefined && feed.scene.trouble !== trouble) {
      stderr.write(`mcp-pool: ${oneLine(feed.scene.trouble)}\n`);
    }
    trouble = feed.scene.trouble;
    if (once && isWhole(feed.scene)) print(feed.scene.picture);
  });
  let early = 0;
  const line = (): void => {
    const { picture } = feed.scene;
    if (picture === undefined || feed.scene.trouble !== undefined) return;
    // The first second is still to end; where windows are longer there are lines without it.
    if (once || isWhole(feed.scene) || ++early > EARLY_LINES) print(picture);
  };
  const timer = once ? setTimeout(line, ONCE_MS) : setInterval(line, LINE_MS);
  try {
    await feed.run(signal);
  } finally {
    clearInterval(timer);
  }
}

/** Whether it tells of a whole second. */
function isWhole(scene: TopScene): scene is TopScene & { picture: Picture } {
  return scene.picture !== undefined && scene.picture.fresh > 0;
}
