import type { CommandIo } from '../command-io.ts';

/** What is being done, for somebody who waits. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

/** On stderr, in a terminal only; nowhere else. */
export function progressOn({ stderr, env }: CommandIo): Progress {
  const isShown = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const write = (text: string): void => {
    if (isShown) stderr.write(text);
  };
  return {
    show: (text) => {
      write(`${CLEAR_LINE}${text} …`);
    },
    clear: () => {
      write(CLEAR_LINE);
    },
  };
}
