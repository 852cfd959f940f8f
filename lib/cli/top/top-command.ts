import { Command, Option } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { text, DASHBOARD_PORT } from '../flag-values.ts';
import { type TopFlags, dashboardUrl, topOptionsOf } from './top-options.ts';
import { top } from './top.ts';

const DESCRIPTION = `Shows the pools of a running program, live: what the page of its dashboard shows, in
the terminal. The program serves it with serveDashboard(pools, { port: ${DASHBOARD_PORT} }).`;

const MORE = `
Examples:
  $ mcp-pool top
  $ mcp-pool top 8080 --pool search
  $ mcp-pool top http://127.0.0.1:3400/
  $ mcp-pool top --once --json | jq .gauges.waiting
  $ mcp-pool top --json >> pool.jsonl

Keys:
  tab, 1 to 9     the next pool, one of them
  e               every event, or only those that are no checkout, checkin or wait
  q, Ctrl-C       quits

When the dashboard goes away, it is shown again once it is back. Without a terminal
there is one line a second.

Exit codes:
  0    ended with q, or --once
  2    bad flags, no dashboard at this address, no such pool
  130  ended by Ctrl-C (143: by SIGTERM)`;

/** The command `mcp-pool top`; `finish` is told the exit code. */
export function topCommand(io: CommandIo, finish: (exitCode: number) => void): Command {
  const command = new Command('top').summary('show the pools of a running program').description(DESCRIPTION);
  for (const option of options()) command.addOption(option);
  return command
    .argument('[address]', `the port or the URL of a dashboard (default: ${DASHBOARD_PORT})`, dashboardUrl)
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', MORE)
    .allowExcessArguments(false)
    .action(async (url: string | undefined, flags: TopFlags) => {
      finish(await top(topOptionsOf(url, flags), io));
    });
}

function options(): Option[] {
  return [
    new Option('--pool <name>', 'which pool, where there are several').argParser(text),
    new Option('--once', 'print one line, of a whole second, and exit'),
    new Option('--json', 'print a line of JSON a second and nothing else'),
    new Option('--plain', 'print a line a second in a terminal, too'),
  ];
}
