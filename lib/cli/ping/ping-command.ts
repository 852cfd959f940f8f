import { Command, Option } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { seconds } from '../flag-values.ts';
import { namedServer } from '../server/named-server.ts';
import { serverOptions } from '../server/server-flags.ts';
import { type PingFlags, pingOptionsOf } from './ping-options.ts';
import { ping } from './ping.ts';

const DESCRIPTION = `Opens a connection to an MCP server, asks for a sign of life, prints one line and
closes the connection. Any answer is a sign of life, an error too.`;

const MORE = `
Examples:
  $ mcp-pool ping http://127.0.0.1:3000/mcp
  $ mcp-pool ping --timeout 2 --quiet https://example.com/mcp || echo "it is down"
  $ mcp-pool ping -- npx -y @modelcontextprotocol/server-everything stdio
  $ mcp-pool ping --config .mcp.json --server files --json
  HEALTHCHECK CMD ["mcp-pool", "ping", "--quiet", "--tcp", "127.0.0.1:3000"]

Opening includes the question which protocol the server speaks, unless its file says
so ("pool": { "era": "legacy" }); over stdio that question takes a process of its own.

Exit codes:
  0    it has answered
  1    it has not: it cannot be reached, lets nobody in, or takes longer than --timeout
  2    bad flags, or a file that cannot be read
  130  ended by Ctrl-C (143: by SIGTERM)`;

/** The command `mcp-pool ping`; `finish` is told the exit code, and `argv` is all that was typed. */
export function pingCommand(io: CommandIo, finish: (exitCode: number) => void, argv: readonly string[]): Command {
  const command = new Command('ping').summary('ask a server for a sign of life').description(DESCRIPTION);
  for (const option of options()) command.addOption(option);
  return command
    .usage('[options] [url | -- command arguments]')
    .argument('[server...]', 'the URL of a server that speaks Streamable HTTP, or a command after --')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', MORE)
    .action(async (words: readonly string[], flags: PingFlags, self: Command) => {
      const { server } = await namedServer({ words, flags, argv, command: self }, io);
      finish(await ping(pingOptionsOf(flags, server), io));
    });
}

function options(): Option[] {
  return [
    ...serverOptions(),
    new Option('--timeout <seconds>', 'for all of it').argParser(seconds).default(10_000, '10'),
    new Option('--json', 'print one JSON document in place of the line').conflicts('quiet'),
    new Option('-q, --quiet', 'print nothing: the exit code tells'),
  ];
}
