import { Command, Option } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { wholeNumber } from '../flag-values.ts';
import { type ReplayFlags, replayOptionsOf, typesOf } from './replay-options.ts';
import { replayLog } from './replay.ts';

const DESCRIPTION = `Walks through a log that recordTo() has written: the pool as it was after each
event. Files that were set aside when the log was rotated (LOG.1, LOG.2, ...) are
read as well.`;

const MORE = `
Examples:
  $ mcp-pool replay pool.jsonl
  $ mcp-pool replay pool.jsonl --at 1234
  $ mcp-pool replay pool.jsonl --at 1234 --json | jq .connections
  $ mcp-pool replay pool.jsonl --events down,connectFailed,leave
  $ mcp-pool replay pool.jsonl --events | head

Keys:
  left, right     one event back, on
  up, down        100 events back, on (or page up, page down)
  home, end       the first, the last
  p, n            the event before, after, that is no checkout, checkin or wait
  space           plays as fast as it happened, and pauses
  q, Ctrl-C       quits

Without a terminal, or with --plain, a summary is printed.

Exit codes:
  0    all went well
  2    bad flags, no such file or version, a file that is no log or is damaged
  130  ended by Ctrl-C (143: by SIGTERM)`;

/** The command `mcp-pool replay`; `finish` is told the exit code. */
export function replayCommand(io: CommandIo, finish: (exitCode: number) => void): Command {
  const command = new Command('replay').summary('walk through a recorded log').description(DESCRIPTION);
  for (const option of options()) command.addOption(option);
  return command
    .argument('<log>', 'the file that recordTo() was given')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', MORE)
    .allowExcessArguments(false)
    .action(async (file: string, flags: ReplayFlags) => {
      finish(await replayLog(replayOptionsOf(file, flags), io));
    });
}

function options(): Option[] {
  return [
    new Option('--at <version>', 'print the state at this version').argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    new Option('--events [types]', 'print a line for each event, of these types only').argParser(typesOf),
    new Option('--json', 'print one JSON document: the summary, the whole state, or a list of events'),
    new Option('--plain', 'print the summary in a terminal, too'),
  ];
}
