import { Command, Option } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { jsonObject, text, wholeNumber } from '../flag-values.ts';
import { namedServer } from '../server/named-server.ts';
import { serverOptions } from '../server/server-flags.ts';
import { type InspectFlags, inspectOptionsOf } from './inspect-options.ts';
import { inspect } from './inspect.ts';

const DESCRIPTION = `Looks at an MCP server and tells whether it is worth pooling, and how: what it
speaks, what opening a connection and a call cost, what becomes of it when a request
is cancelled or its stdin is closed, and how many connections it bears at once.
Ends with the pool that suits it.`;

const MORE = `
Examples:
  $ mcp-pool inspect http://127.0.0.1:3000/mcp
  $ mcp-pool inspect -- npx -y @modelcontextprotocol/server-everything stdio
  $ mcp-pool inspect --config .mcp.json --server files
  $ mcp-pool inspect --probe add --arguments '{"by":1}' --tcp 127.0.0.1:3000
  $ mcp-pool inspect --header 'Authorization: Bearer ...' https://example.com/mcp --json

It does one thing after another, each for a bounded time, and closes everything
afterwards. It calls no tool but the one that --probe names: about 30 times, on up to
five connections, one call after another. Choose one that may be called so often, and
whose answer shows what the server remembers: a counter, a list, who is logged in.

Without --probe a call is a ping (in the modern era tools/list), and nothing is known
of the server's state. What could not be found out stands there with the reason.

Exit codes:
  0    it was looked at, whatever was found
  2    bad flags, a server that cannot be reached, an unknown tool
  130  ended by Ctrl-C (143: by SIGTERM)`;

/** The command `mcp-pool inspect`; `finish` is told the exit code, and `argv` is all that was typed. */
export function inspectCommand(io: CommandIo, finish: (exitCode: number) => void, argv: readonly string[]): Command {
  const command = new Command('inspect').summary('is this server worth pooling, and how').description(DESCRIPTION);
  for (const option of options()) command.addOption(option);
  return command
    .usage('[options] [url | -- command arguments]')
    .argument('[server...]', 'the URL of a server that speaks Streamable HTTP, or a command after --')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', MORE)
    .action(async (words: readonly string[], flags: InspectFlags, self: Command) => {
      const named = await namedServer({ words, flags, argv, command: self }, io);
      finish(await inspect(inspectOptionsOf(flags, named), io));
    });
}

function options(): Option[] {
  return [
    ...serverOptions(),
    new Option('--probe <tool>', 'a tool that may be called, to see what connections share').argParser(text),
    new Option('--arguments <json>', 'its arguments, a JSON object').argParser(jsonObject),
    new Option('--most <number>', 'connections that are opened at once').argParser(wholeNumber(2, 1000)).default(16),
    new Option('--json', 'print one JSON document and nothing else'),
  ];
}
