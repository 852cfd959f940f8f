import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface SoakOptions {
  readonly minutes: number;
  readonly help: boolean;
}

export const help = `npm run soak [-- --minutes N]

Puts load on two pools of real MCP servers, one over TCP and one over stdio, and makes trouble:
servers and children are killed, requests cancelled, pools resized. At the end everything has to
be as it was at the beginning, and memory must not have grown with the number of requests.

  --minutes N   how long, from 0.5 to 1440; 10 when left out
  --help        this text

Ctrl-C ends it early, with a report. Exit code 0: nothing was lost; 1: something was; 2: bad options.
`;

/** Reads the command line; throws a `RangeError` or `TypeError` for what makes no sense. */
export function soakOptions(args: readonly string[]): SoakOptions {
  const options = { minutes: { type: 'string', default: '10' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const minutes = /^\d+(\.\d+)?$/.test(values.minutes) ? Number(values.minutes) : Number.NaN;
  if (!(minutes >= 0.5 && minutes <= 1440)) {
    throw new RangeError(`--minutes must be a number from 0.5 to 1440, not ${values.minutes}`);
  }
  return { minutes, help: values.help === true };
}
