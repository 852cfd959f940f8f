import { messageOf } from '../../base/thrown.ts';
import { streamableHttp } from '../../mcp/http/streamable-http.ts';
import { stdio } from '../../mcp/lines/stdio.ts';
import { tcp } from '../../mcp/lines/tcp.ts';
import type { McpTransport } from '../../mcp/transport/transport.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import type { ChosenServer } from './chosen-server.ts';
import { headersIn, inputsIn, variablesIn } from './pairs.ts';
import { serverInFile } from './server-in-file.ts';
import type { ServerFlags } from './server-flags.ts';

/**
 * The server that the flags, or the words after `--`, name; `undefined` where they name none. A server that is started sees
 * the variables of the shell. Rejects with what is wrong, in one line.
 */
export async function chooseServer(
  flags: ServerFlags,
  words: readonly string[] | undefined,
  io: Pick<CommandIo, 'env' | 'stderr'>,
): Promise<ChosenServer | undefined> {
  const way = wayOf(flags, words);
  checkTogether(flags, way);
  const variables = variablesIn(flags.env, io.env);
  if (flags.config !== undefined) {
    const inputs = inputsIn(flags.input);
    return serverInFile({ file: flags.config, server: flags.server, inputs, variables }, io);
  }
  const transport = transportOf(flags, words, variables);
  if (transport === undefined) return undefined;
  const { kind } = transport;
  return { transport, options: {}, timeoutMs: undefined, report: { kind, ...flags.tcp } };
}

/** What goes before the words of a server's own command. */
const DASHES = '--';

/** Which of the ways to name a server was taken; throws for two of them. */
function wayOf(flags: ServerFlags, words: readonly string[] | undefined): string | undefined {
  const flagged = (['tcp', 'stdio', 'http', 'config'] as const).filter((name) => flags[name] !== undefined);
  const ways = [...flagged.map((name) => `--${name}`), ...(words === undefined ? [] : [DASHES])];
  if (ways.length > 1)
    throw new CommandError(`choose one of ${ways.join(' and ').replace(/ --$/, ' a command after --')}`);
  return ways[0];
}

/** Throws for flags that would go unheard. */
function checkTogether(flags: ServerFlags, way: string | undefined): void {
  const needs = (name: 'header' | 'server' | 'input' | 'env', ways: readonly string[], said: string): void => {
    if (flags[name] !== undefined && !ways.includes(way ?? '')) throw new CommandError(`--${name} goes with ${said}`);
  };
  needs('header', ['--http'], '--http');
  needs('server', ['--config'], '--config');
  needs('input', ['--config'], '--config');
  needs('env', ['--stdio', '--config', DASHES], '--stdio, --config or a command after --');
}

function transportOf(
  { tcp: address, stdio: line, http, header }: ServerFlags,
  words: readonly string[] | undefined,
  variables: Readonly<Record<string, string>>,
): McpTransport | undefined {
  if (address !== undefined) return tcp({ host: address.host, port: address.port });
  if (http !== undefined) return reached(http, headersIn(header));
  const [command, ...args] = words ?? line ?? [];
  return command === undefined ? undefined : stdio({ command, args, env: ['inherit', variables] });
}

function reached(url: string, headers: Readonly<Record<string, string>>): McpTransport {
  try {
    return streamableHttp({ url, headers });
  } catch (error) {
    throw new CommandError(`--http: ${messageOf(error)}`);
  }
}
