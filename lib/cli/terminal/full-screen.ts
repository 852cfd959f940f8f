import { createLogUpdate } from 'log-update';
import { createColors } from 'picocolors';
import { tap } from 'rxjs';
import { type CommandIo, isColoured } from '../command-io.ts';
import { keysOf } from './keyboard.ts';
import type { ScreenCanvas } from './screen-sheet.ts';

/** What a screen shows, and what happens when a key is pressed. */
export interface Show {
  frame(canvas: ScreenCanvas): readonly string[];
  press(key: string): void;
}

/** The whole terminal, as long as it is open. */
export interface FullScreen {
  draw(): void;
  /** Leaves the terminal as it was. */
  close(): void;
}

/** The other screen of the terminal, and no cursor on it. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[H';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const CLEAR = '\u001b[2J\u001b[H';
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/** Takes the terminal for itself; draws when told to and when the terminal is resized. */
export function openFullScreen(io: CommandIo, show: Show): FullScreen {
  const { stdout } = io;
  const paint = createColors(isColoured(io));
  const update = createLogUpdate(stdout as unknown as NodeJS.WritableStream, { showCursor: true });
  const draw = (): void => {
    const { columns = USUAL_COLUMNS, rows = USUAL_ROWS } = stdout;
    // log-update 7.2 loses count of its lines where the last one that has changed is empty.
    const lines = show.frame({ columns, rows, paint }).map((line) => (line === '' ? ' ' : line));
    update(lines.join('\n'));
  };
  const redraw = (): void => {
    update.clear();
    stdout.write(CLEAR);
    draw();
  };
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    keys.unsubscribe();
    stdout.off?.('resize', redraw);
    process.off('exit', close);
    stdout.write(LEAVE);
  };
  stdout.write(ENTER);
  stdout.on?.('resize', redraw);
  // Whatever ends the program, nobody is to be left with a terminal that shows nothing of what is typed.
  process.once('exit', close);
  const keys = keysOf(io.stdin)
    .pipe(tap(show.press.bind(show)))
    .subscribe();
  return { draw, close };
}
