import { Command, Option } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { condition } from './condition.ts';
import { ramp, rate, sweep } from './load-flag-values.ts';
import { jsonObject, seconds, text, wholeNumber, DASHBOARD_PORT } from '../flag-values.ts';
import { strategiesByName } from '../../strategies/by-name.ts';
import { chooseServer } from '../server/choose-server.ts';
import { serverOptions } from '../server/server-flags.ts';
import { wordsAfterDashes } from '../server/words-after-dashes.ts';
import { type LoadFlags, loadOptionsOf } from './load-options.ts';
import { load } from './load.ts';

const DESCRIPTION = `Sends requests to an MCP server through a pool of connections, then the same
without a pool, and compares the two. Each client sends its next request when
its last one is answered; with --rate requests begin by the clock, whatever became
of those before, and count from when they should have begun. Without a server it
starts one of its own, whose tool takes 1 to 5 ms.`;

const MORE = `
Examples:
  $ mcp-pool load
  $ mcp-pool load --duration 5 --json
  $ mcp-pool load --rate 500 --warmup 2 --fail-if 'p99>50 || failed>0'
  $ mcp-pool load --ramp 10:1000/60s --csv ramp.csv
  $ mcp-pool load --sweep max=1,2,4,8 --clients 20 --duration 5
  $ mcp-pool load --rate 500 --json before.json    # then: mcp-pool compare before.json after.json
  $ mcp-pool load --tcp 127.0.0.1:3000 --tool echo --args '{"message":"hi"}' \\
      --clients 100 --min 10 --max 50 --strategy least-loaded --duration 10
  $ mcp-pool load --stdio "npx -y @modelcontextprotocol/server-everything stdio" \\
      --tool echo --args '{"message":"hi"}'
  $ mcp-pool load --config .mcp.json --server files --tool list_directory --args '{"path":"."}'
  $ mcp-pool load --http https://example.com/mcp --header 'Authorization: Bearer ...'
  $ mcp-pool load --tool echo -- npx -y @modelcontextprotocol/server-everything stdio

A server that is started sees the variables of your shell. A file is read as Claude,
Cursor, VS Code, Windsurf, Gemini, opencode and Zed have it; its "pool" and "timeout"
hold where no flag says otherwise.

Clients that wait for their answers send nothing while a server stands still, so its
pauses hardly show in the latencies of a closed loop. Use --rate to measure what
people at their own pace would see.

--fail-if takes p50, p90, p95, p99, p999, max and mean (milliseconds), failed,
failedPercent, requests and rate (per second), with > >= < <= && || and brackets.

Without --tool a real server's tools are listed. Over stdio each connection is a
process; without a pool each request starts one, so the second run has only as
many clients as there are processors.

In a terminal the figures are drawn live (NO_COLOR is respected), elsewhere there
is one line a second. Ctrl-C stops sending, waits for what is under way and still
prints the summary; a second Ctrl-C ends at once.

Exit codes:
  0    every request succeeded
  1    some failed; a result that the tool marks as an error counts. With --fail-if:
       the condition holds for one of the runs
  2    bad flags, a server that cannot be reached, an unknown tool
  130  ended by Ctrl-C (143: by SIGTERM)`;

/** The command `mcp-pool load`; `finish` is told the exit code, and `argv` is all that was typed. */
export function loadCommand(io: CommandIo, finish: (exitCode: number) => void, argv: readonly string[]): Command {
  const command = new Command('load').summary('load a server, with a pool and without').description(DESCRIPTION);
  for (const option of options()) command.addOption(option);
  return command
    .usage('[options] [-- command arguments]')
    .argument('[command...]', 'a server that is started, after --')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', MORE)
    .action(async (words: readonly string[], flags: LoadFlags, self: Command) => {
      const server = await chooseServer(flags, wordsAfterDashes(words, argv, self), io);
      finish(await load(loadOptionsOf(flags, server), io));
    });
}

function options(): Option[] {
  return [...serverOptions(), ...toolOptions(), ...loadOptions(), ...poolOptions()];
}

function toolOptions(): Option[] {
  return [
    new Option('--tool <name>', 'the tool to call').argParser(text),
    new Option('--args <json>', 'its arguments, a JSON object').argParser(jsonObject),
  ];
}

function loadOptions(): Option[] {
  return [
    new Option('--clients <number>', 'requests under way at once').argParser(wholeNumber(1, 10_000)).default(100),
    new Option('--duration <seconds>', 'of each run (default: 10)').argParser(seconds),
    new Option('--requests <number>', 'stop each run after so many').argParser(wholeNumber(1, 1_000_000_000)),
    new Option('--timeout <seconds>', 'to wait for a connection, and then for the answer (default: 10)').argParser(
      seconds,
    ),
    new Option('--no-compare', 'only the run with the pool'),
    new Option('--rate <number>', 'requests that begin in a second, in place of clients').argParser(rate),
    new Option('--arrivals <pattern>', 'how they are spread (default: poisson)').choices(['poisson', 'even']),
    new Option('--ramp <from:to/seconds>', 'a rate that grows, such as 10:1000/60s').argParser(ramp),
    new Option('--warmup <seconds>', 'of each run, not counted').argParser(seconds),
    new Option('--sweep <flag=values>', 'a run for each value, such as max=1,2,4,8').argParser(sweep),
    new Option('--fail-if <condition>', 'what makes the exit code 1, such as "p99>50 || failed>0"').argParser(
      condition,
    ),
    new Option('--json [file]', 'the report as one JSON document; without a file on stdout, and nothing else'),
    new Option('--csv [file]', 'the figures of each second; without a file on stdout, and nothing else'),
    new Option('--dashboard [port]', `a page that shows the pool meanwhile (port: ${DASHBOARD_PORT})`)
      .argParser(wholeNumber(0, 65_535))
      .preset(String(DASHBOARD_PORT)),
  ];
}

function poolOptions(): Option[] {
  return [
    new Option('--min <number>', 'connections kept open (default: 10, stdio 1)').argParser(wholeNumber(0, 10_000)),
    new Option('--max <number>', 'connections at most (default: 50, stdio 16)').argParser(wholeNumber(1, 10_000)),
    new Option('--strategy <name>', 'which connection serves next (default: round-robin)').choices(
      Object.keys(strategiesByName),
    ),
    new Option('--leases <number>', 'requests that share a connection (default: 1)').argParser(wholeNumber(1, 10_000)),
    new Option('--name <name>', 'of the pool (default: load)').argParser(text),
  ];
}
