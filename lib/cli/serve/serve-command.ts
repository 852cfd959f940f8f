import { Command, Option } from 'commander';
import { NEVER, type Observable } from 'rxjs';
import type { McpConfig } from '../../mcp/config/read-config.ts';
import type { NameRule } from '../../mcp/hub/names.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { text, wholeNumber } from '../flag-values.ts';
import { inputsIn, variablesIn } from '../server/pairs.ts';
import { type ServerFlags, serverOptions } from '../server/server-flags.ts';
import { wordsAfterDashes } from '../server/words-after-dashes.ts';
import { checkCaps } from './capped-servers.ts';
import { checkConfig } from './check-config.ts';
import { gatewayBlock } from './gateway-block.ts';
import { type HttpOptions, serveOverHttp } from './serve-http.ts';
import { serveOverStdio } from './serve-stdio.ts';
import { servedServers } from './served-servers.ts';
import { checkStillGood, failedIn, watchedConfig } from './watched-config.ts';

const DESCRIPTION = `Serves the servers of a file, or a single one, as one MCP server: over HTTP to any
number of clients of both eras, or over stdio to one. Their tools and prompts are
called server__tool, requests go to the server that they are for over a few
connections, and a server is started when it is first needed.`;

const MORE = `
Examples:
  $ mcp-pool serve --config ~/.cursor/mcp.json
  $ mcp-pool serve --port 0 --max 4 -- npx -y @modelcontextprotocol/server-everything stdio
  $ mcp-pool serve --config mcp.json --watch
  $ mcp-pool serve --config mcp.json --admin 3001
  $ mcp-pool serve --config mcp.json --check
  $ mcp-pool serve --config mcp.json --client-stdio

For a host that starts its servers by a command, such as Claude or Cursor:
  { "mcpServers": { "all": { "command": "npx",
      "args": ["rx-mcp-pool", "serve", "--config", "servers.json", "--client-stdio"] } } }

The file may say more of the gateway in a block of its own; flags win over it:
  { "mcpServers": { "files": { "command": "files-server", "tools": { "allow": ["read_*"] } } },
    "gateway": { "host": "0.0.0.0", "auth": { "bearer": [{ "name": "ci", "sha256": "..." }] },
      "audit": { "file": "audit.jsonl" } } }

With --admin, on that port of this machine: /livez, /readyz, /metrics (needs prom-client),
/servers, /peers, and the dashboard. Its address is told on stderr.

The first line of stdout is the address, or with --client-stdio what the protocol has. A
server that cannot be started leaves out its part. With --watch clients stay where they are
when the file changes, and hear that lists have changed; a file that makes no sense
changes nothing. Over HTTP a first Ctrl-C, or SIGTERM,
ends it once what is open is answered, 30 seconds at most; a second one ends it at once.

Exit codes:
  0    it has ended as it was told to, or its client over stdio has gone
  2    bad flags, a file that cannot be read or has something wrong in it for --check, a port
       that is in use, an audit that cannot be written
  130  ended by Ctrl-C with --client-stdio, or by a second one (143: by SIGTERM)`;

/** The flags of the command. */
interface ServeFlags extends ServerFlags {
  readonly port?: number;
  readonly host?: string;
  readonly admin?: number;
  readonly clientStdio?: boolean;
  readonly watch?: boolean;
  readonly check?: boolean;
  readonly max?: number;
  readonly names?: NameRule;
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
      const read = (): Promise<McpConfig> => servedServers(flags, wordsAfterDashes(words, argv, self), io);
      const config = await read();
      const settings = settingsOf(flags, config, io);
      if (flags.check === true) {
        finish(await checkConfig(config, settings, io));
        return;
      }
      const { gateway, auditFile, redis } = await settings;
      const { names = 'auto' } = gateway;
      const failed = failedIn(config);
      const reread = async (): Promise<McpConfig> => {
        const changed = await read();
        checkStillGood(failed, changed);
        checkCaps(changed, flags, redis);
        return changed;
      };
      const served = { config, changes$: changesOf(flags, reread, io), maxSize: flags.max };
      if (flags.clientStdio === true) finish(await serveOverStdio({ ...served, names }, io));
      else finish(await serveOverHttp({ ...served, gateway, auditFile, redis }, io));
    });
}

function changesOf(flags: ServeFlags, read: () => Promise<McpConfig>, io: CommandIo): Observable<McpConfig> {
  if (flags.watch !== true) return NEVER;
  if (flags.config === undefined) throw new CommandError('--watch goes with --config');
  return watchedConfig(flags.config, read, io);
}

/** What the file says of the gateway itself, and the flags, which win. */
async function settingsOf(
  { config: file, env, input, ...flags }: ServeFlags,
  config: McpConfig,
  io: Pick<CommandIo, 'env'>,
): Promise<Pick<HttpOptions, 'gateway' | 'auditFile' | 'redis'>> {
  const variables = { ...io.env, ...variablesIn(env, io.env) };
  const block = file === undefined ? undefined : await gatewayBlock(file, { variables, inputs: inputsIn(input) });
  checkCaps(config, flags, block?.redis);
  const { port, host, admin, names } = flags;
  const own = Object.entries({ port, host, admin, names }).filter(([, value]) => value !== undefined);
  return {
    gateway: { ...block?.options, ...Object.fromEntries(own) },
    auditFile: block?.auditFile,
    redis: block?.redis,
  };
}

const port = wholeNumber(0, 65_535);

function ownOptions(): Option[] {
  return [
    new Option('--port <number>', 'where it listens, 0: any that is free (default: 3000)').argParser(port),
    new Option('--host <address>', 'others than loopback ones need auth in the file (default: 127.0.0.1)').argParser(
      text,
    ),
    new Option('--admin <port>', 'health, metrics and dashboard for those who run it, on this machine').argParser(port),
    new Option('--client-stdio', 'in place of HTTP one client, over stdin and stdout').conflicts([
      ...['port', 'host', 'admin'],
    ]),
    new Option('--watch', 'takes over what changes in the file; servers that stay the same keep their connections'),
    new Option('--check', 'tells what is wrong with the file, and starts nothing'),
    new Option('--max <number>', 'connections to each server at most').argParser(wholeNumber(1, 10_000)),
    new Option('--names <rule>', 'server__tool for several servers (auto, the default), always, or never').choices([
      ...['auto', 'always', 'never'],
    ]),
  ];
}
