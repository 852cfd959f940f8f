import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { toError } from '../../base/thrown.ts';
import { streamableHttp } from '../http/streamable-http.ts';
import { type ServerEnvironment, withVariables } from '../lines/environment.ts';
import { stdioHiding } from '../lines/stdio.ts';
import type { McpPoolOptions } from '../mcp-pool-options.ts';
import type { McpTransport } from '../transport/transport.ts';
import { type AutoSharing, sharingAll, withoutAuto } from './auto-sharing.ts';
import { unreadable } from './document.ts';
import { type AddressEntry, type ProgramEntry, entryOf, isDisabled, warningsAbout } from './entry.ts';
import { Expander, type ExpansionSources } from './expander.ts';
import { capOf, checkPoolOptions, poolOptionsOf, warningsAboutPool } from './pool-keys.ts';
import type { ToolRules } from './tool-rules.ts';

/** One server of a configuration: ready to be pooled, disabled, or failed. */
export type ConfiguredServer = ReadyServer | DisabledServer | FailedServer;

/** A server that can be pooled. */
export interface ReadyServer {
  /** Its name in the file. */
  readonly name: string;
  /** Its entry can be used; whether the server answers is not known. */
  readonly status: 'ready';
  /** For `createMcpPool`: the transport, the keys of `pool`, and the server's name. */
  readonly options: McpPoolOptions;
  /** The `timeout` of the file: how long a request may take, in milliseconds. Give it to your requests as their `timeout`. */
  readonly timeoutMs?: number;
  /** Which of its tools there are, by the names that the server gives them: `createMcpHub` hides the others. */
  readonly tools?: ToolRules;
  /**
   * How many connections all processes together may have that serve this file: `cap` of its `pool`. `mcp-pool serve` keeps to it
   * by Redis; elsewhere give it to `redisAllowance`.
   */
  readonly cap?: number;
  /** Where a gateway may share connections (`sharing: 'auto'`): by how many. @internal */
  readonly shared?: AutoSharing['shared'];
  /** What is odd about the entry, each in a line: unknown keys, what is not read. */
  readonly warnings: readonly string[];
  /** What it was made of: the same, or an equal text, for entries that say the same. @internal */
  readonly source?: unknown;
}

/** A server that its file says to leave alone. */
export interface DisabledServer {
  /** Its name in the file. */
  readonly name: string;
  /** It has `disabled: true` or `enabled: false`. */
  readonly status: 'disabled';
  /** What is odd about the entry, each in a line. */
  readonly warnings: readonly string[];
}

/** A server whose entry cannot be used; the others are not affected. */
export interface FailedServer {
  /** Its name in the file. */
  readonly name: string;
  /** Something in its entry cannot be used. */
  readonly status: 'failed';
  /** What is wrong. The message names places and variables, and quotes no value. */
  readonly error: Error;
  /** What is odd about the entry besides, each in a line. */
  readonly warnings: readonly string[];
}

/** What all servers of a file have in common. */
export interface Reading extends ExpansionSources {
  /** What servers that are started get besides the `env` of the file. */
  readonly env: ServerEnvironment | undefined;
}

/** Makes of an entry what can be used; never rejects. */
export async function configuredServer(name: string, given: unknown, reading: Reading): Promise<ConfiguredServer> {
  const warnings = [...warningsAbout(given)];
  if (isDisabled(given)) return { name, status: 'disabled', warnings };
  try {
    const { pool, reach, timeoutMs, tools } = entryOf(given);
    warnings.push(...warningsAboutPool(pool));
    const expander = new Expander(reading);
    const { transport, says } =
      reach.kind === 'program' ? await started(reach, expander, reading) : reached(reach, expander, warnings);
    const { options, shared } = withoutAuto({ name, ...poolOptionsOf(pool), transport });
    checkPoolOptions(options);
    if (shared !== undefined) checkPoolOptions(sharingAll(options, shared));
    const source = digestOf([says, pool, timeoutMs, tools]);
    const cap = capOf(pool);
    const others = {
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(tools !== undefined && { tools }),
      ...(shared !== undefined && { shared }),
      ...(cap !== undefined && { cap }),
    };
    return { name, status: 'ready', options, ...others, warnings, source };
  } catch (error) {
    return { name, status: 'failed', error: toError(error), warnings };
  }
}

/** How a server is reached, and all that its entry says of that, with the variables filled in. */
interface Reached {
  readonly transport: McpTransport;
  readonly says: object;
}

/** Nothing can be read out of it: there are secrets in what it is made of. */
function digestOf(said: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(said)).digest('base64');
}

async function started(
  { words, env, envFile, cwd }: ProgramEntry,
  expander: Expander,
  { env: besides, folder }: Reading,
): Promise<Reached> {
  const [command = '', ...args] = words.map(({ where, text }) => expander.text(where, text));
  const own = expandedByName('env', env, expander);
  const file = envFile && expander.text('envFile', envFile);
  const place = cwd && expander.text('cwd', cwd);
  expander.finish();
  const ofFile = file === undefined ? own : { ...(await variablesIn(resolve(folder, file))), ...own };
  const options = { command, args, env: withVariables(ofFile, besides), ...(place && { cwd: place }) };
  return { transport: stdioHiding(options, expander.secrets), says: options };
}

function reached({ where, url, headers }: AddressEntry, expander: Expander, warnings: string[]): Reached {
  const address = expander.text(where, url);
  const values = expandedByName('headers', headers, expander);
  expander.finish();
  if (/\/sse\/?$/.test(address)) warnings.push(`${where} ends with /sse: the server must speak Streamable HTTP`);
  const options = { url: address, headers: values };
  return { transport: streamableHttp(options), says: options };
}

function expandedByName(
  where: string,
  texts: Readonly<Record<string, string>>,
  expander: Expander,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, expander.value(`${where}.${name}`, text)]),
  );
}

async function variablesIn(file: string): Promise<Readonly<Record<string, string>>> {
  try {
    // Not every runtime has it; those who have no such file need not care.
    const { parseEnv } = await import('node:util');
    return parseEnv(await readFile(file, 'utf8')) as Readonly<Record<string, string>>;
  } catch (cause) {
    throw new TypeError(`envFile: ${unreadable(file, cause)}`, { cause });
  }
}
