import { Command, Option } from 'commander';
import type { NameRule } from '../../mcp/hub/names.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { wholeNumber } from '../flag-values.ts';
import { type ServerFlags, serverOptions } from '../server/server-flags.ts';
import { wordsAfterDashes } from '../server/words-after-dashes.ts';
import { serveOverStdio } from './serve.ts';
import { servedServers } from './served-servers.ts';

const DESCRIPTION = `Serves the servers of a file, or a single one, as one MCP server: their tools and
prompts are called server__tool, requests go to the server that they are for over a
few connections, and a server is started when it is first needed.`;

const MORE = `
Examples:
  $ mcp-pool serve --config ~/.cursor/mcp.json --client-stdio
  $ mcp-pool serve --client-stdio --max 4 -- npx -y @modelcontextprotocol/server-everything stdio

For a host that starts its servers by a command, such as Claude or Cursor:
  { "mcpServers": { "all": { "command": "npx",
      "args": ["rx-mcp-pool", "serve", "--config", "servers.json", "--client-stdio"] } } }

A server that cannot be started leaves out its part, and is told on stderr. It ends when
its client does, with its servers.

Exit codes:
  0    the client has gone
  2    bad flags, a file that cannot be read
  130  ended by Ctrl-C (143: by SIGTERM)`;

/** The flags of the command. */
interface ServeFlags extends ServerFlags {
  readonly clientStdio?: boolean;
  readonly max?: number;
  readonly names: NameRule;
}

/** The command `mcp-pool serve`; `finish` is told the exit code, and `argv` is all that was typed. */
export function serveCommand(io: CommandIo, finish: (exitCode: number) => void, argv: readonly string[]): Command {
  const command = new Command('serve').summary('serve several servers as one').description(DESCRIPTION);
  for (const option of [...serverOptions(), ...ownOptions()]) command.addOption(option);
  return command
    .usage('[options] [-- command arguments]')
    .argument('[command...]', 'a server that is started, after --')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', MORE)
    .action(async (words: readonly string[], flags: ServeFlags, self: Command) => {
      if (flags.clientStdio !== true) throw new CommandError('say how clients reach it: --client-stdio');
      const config = await servedServers(flags, wordsAfterDashes(words, argv, self), io);
      finish(await serveOverStdio({ config, names: flags.names, maxSize: flags.max }, io));
    });
}

function ownOptions(): Option[] {
  return [
    new Option('--client-stdio', 'one client, over stdin and stdout'),
    new Option('--max <number>', 'connections to each server at most').argParser(wholeNumber(1, 10_000)),
    new Option('--names <rule>', 'server__tool for several servers (auto), always, or never')
      .choices(['auto', 'always', 'never'])
      .default('auto'),
  ];
}
