import { resolve } from 'node:path';
import type { GatewayOptions } from '../../gateway/gateway-options.ts';
import { bearerTokens, type BearerToken } from '../../gateway/policy/bearer.ts';
import { type ReplicaOptions, resolveReplicas } from '../../gateway/replicas/replica-options.ts';
import { messageOf } from '../../base/thrown.ts';
import { documentOf } from '../../mcp/config/document.ts';
import { Expander } from '../../mcp/config/expander.ts';
import { isFields } from '../../mcp/config/fields.ts';
import { Inputs } from '../../mcp/config/inputs.ts';
import type { NameRule } from '../../mcp/hub/names.ts';
import { BlockReader } from './block-reader.ts';
import { type RedisBlock, checkRedis, redisBlock } from './redis-block.ts';

/** What a file says of the gateway itself. */
export interface GatewayBlock {
  /** What stands there, and nothing else. */
  readonly options: Pick<
    GatewayOptions,
    | ('names' | 'host' | 'port' | 'path' | 'allowedHosts' | 'auth' | 'sessions' | 'audit' | 'replicas')
    | ('admin' | 'preStopMs' | 'drainMs')
  >;
  /** Where the audit is written; `undefined`: nowhere. */
  readonly auditFile: string | undefined;
  /** By which Redis the nodes know of each other, and keep to caps; `undefined`: by none. */
  readonly redis: RedisBlock | undefined;
}

/** Where the values of `${...}` come from. */
interface BlockSources {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Reads `gateway` of a configuration file. Rejects with the place of what is wrong; it quotes no values. */
export async function gatewayBlock(file: string, { variables, inputs }: BlockSources): Promise<GatewayBlock> {
  const { json, folder } = await documentOf(file);
  const fields = isFields(json) ? json : {};
  const given = new Inputs(fields['inputs'], inputs);
  const expander = new Expander({ variables, inputs: given, folder, isOfOpencode: false });
  const root = new BlockReader('', { gateway: fields['gateway'] }, expander);
  const block = root.block('gateway', known.gateway);
  const read = block === undefined ? { options: {}, auditFile: undefined, redis: undefined } : blockOf(block, folder);
  expander.finish();
  if (read.options.replicas !== undefined) checkReplicas(read.options.replicas);
  if (read.redis !== undefined) checkRedis(read.redis, read.options.replicas);
  if (read.options.auth !== undefined) checkTokens(read.options.auth.bearer);
  return read;
}

/** What may stand where. */
const known = {
  gateway: [
    'names',
    'host',
    'port',
    'path',
    'allowedHosts',
    'auth',
    'sessions',
    'audit',
    'replicas',
    'admin',
    'preStopMs',
    'drainMs',
  ],
  auth: ['bearer'],
  token: ['name', 'sha256'],
  sessions: ['max', 'perPrincipal', 'idleMs'],
  audit: ['file', 'arguments'],
  replicas: ['keys', 'peers', 'redis', 'name', 'host', 'port', 'hopTimeoutMs'],
} as const;

function blockOf(block: BlockReader, folder: string): GatewayBlock {
  const audit = block.block('audit', known.audit);
  const file = audit?.text('file');
  const replicas = block.block('replicas', known.replicas);
  const options = {
    names: block.oneOf('names', ['auto', 'always', 'never'] satisfies NameRule[]),
    host: block.text('host'),
    port: block.port('port'),
    path: block.text('path'),
    allowedHosts: block.texts('allowedHosts'),
    auth: authOf(block.block('auth', known.auth)),
    sessions: sessionsOf(block.block('sessions', known.sessions)),
    audit: audit && withoutGaps({ arguments: audit.flag('arguments') }),
    replicas: replicasOf(replicas),
    admin: block.port('admin'),
    preStopMs: block.duration('preStopMs'),
    drainMs: block.duration('drainMs'),
  };
  return {
    options: withoutGaps(options),
    auditFile: file && resolve(folder, file),
    redis: replicas && redisBlock(replicas),
  };
}

function authOf(auth: BlockReader | undefined): GatewayOptions['auth'] {
  if (auth === undefined) return undefined;
  const tokens = auth.blocks('bearer', known.token);
  return { bearer: tokens.map((token) => ({ name: token.needed('name'), sha256: token.needed('sha256') })) };
}

function sessionsOf(sessions: BlockReader | undefined): GatewayOptions['sessions'] {
  if (sessions === undefined) return undefined;
  const [max, perPrincipal] = [sessions.count('max'), sessions.count('perPrincipal')];
  return withoutGaps({ max, perPrincipal, idleMs: sessions.duration('idleMs') });
}

function replicasOf(replicas: BlockReader | undefined): ReplicaOptions | undefined {
  if (replicas === undefined) return undefined;
  const [peers, host, port] = [replicas.texts('peers'), replicas.text('host'), replicas.port('port')];
  const hopTimeoutMs = replicas.duration('hopTimeoutMs');
  return { keys: replicas.texts('keys') ?? [], ...withoutGaps({ peers, host, port, hopTimeoutMs }) };
}

/** Whatever is wrong with keys and addresses besides their types. */
function checkReplicas(replicas: ReplicaOptions): void {
  try {
    resolveReplicas(replicas);
  } catch (error) {
    throw new TypeError(`gateway.${messageOf(error)}`, { cause: error });
  }
}

/** Whatever is wrong with tokens besides their types. */
function checkTokens(tokens: readonly BearerToken[]): void {
  try {
    bearerTokens(tokens);
  } catch (error) {
    throw new TypeError(`gateway.auth.bearer: ${messageOf(error)}`, { cause: error });
  }
}

type WithoutGaps<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The same without what is not there. */
function withoutGaps<T extends object>(given: T): WithoutGaps<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as WithoutGaps<T>;
}
