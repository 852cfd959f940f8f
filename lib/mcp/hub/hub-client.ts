import type { ServerCapabilities } from '@modelcontextprotocol/client';
import { shorterOf } from '../../base/durations.ts';
import { VERSION } from '../../base/version.ts';
import { unlessAborted } from '../../base/on-abort.ts';
import { type PooledMethod, callOf, optionsOf } from '../requests/client-calls.ts';
import { type McpClient, type MakeCall, clientOf } from '../requests/client.ts';
import type { Catalogue } from './catalogue.ts';
import { listAnswer, routed } from './routing.ts';
import type { ServerLists } from './server-lists.ts';

/** What a client of several servers asks. */
interface HubClientParts {
  readonly catalogue: Catalogue;
  /** Those that there are now. */
  readonly servers: () => readonly ServerLists[];
  /** The client of one of the servers, which starts it, and how long its requests may take where they do not say. */
  readonly reach: (server: string) => { readonly client: McpClient; readonly timeoutMs: number | undefined };
  /** Has all servers told of the level of their log, those included that are started later. */
  readonly tellLevel: (level: string) => void;
  /** Throws once the hub has been closed. */
  readonly checkOpen: () => void;
}

/** A client of several servers: lists are those of all of them, and whatever has a name goes to the server that has it. */
export function hubClient({ catalogue, servers, reach, tellLevel, checkOpen }: HubClientParts): McpClient {
  const call: MakeCall = async (name, args) => {
    const { request, schema, options } = callOf(name, args);
    const { signal } = optionsOf(options);
    checkOpen();
    if (request.method === 'ping') return {};
    if (request.method === 'logging/setLevel') {
      tellLevel(String(request.params?.['level']));
      return {};
    }
    // Servers may have to be started first, for which nobody waits any more once the signal is aborted.
    const list = await unlessAborted(signal, async () => listAnswer(catalogue, request));
    checkOpen();
    // A copy, because it is the caller's to change.
    if (list !== undefined) return structuredClone(list);
    const { server, request: own } = await unlessAborted(signal, () => routed(catalogue, request));
    const { client, timeoutMs } = reach(server);
    const methods: Record<PooledMethod, (...args: never[]) => unknown> = client;
    const limit = request.method === 'tools/call' ? catalogue.toolTimeoutOf(server) : undefined;
    const { timeout = timeoutMs } = Object(options) as { readonly timeout?: number };
    const shorter = shorterOf(timeout, limit);
    const bounded = shorter === undefined ? options : { ...options, timeout: shorter };
    const rest = [...(schema === undefined ? [] : [schema]), bounded];
    return methods[name](...([name === 'request' ? own : own.params, ...rest] as never[]));
  };
  return clientOf(call, {
    getServerCapabilities: () => union(servers()),
    getServerVersion: () => {
      const all = servers();
      return all.length === 1 ? all[0]?.words?.version : { name: 'rx-mcp-pool', version: VERSION };
    },
    getInstructions: () => instructionsOf(servers()),
  });
}

/** What any of the servers can; the hub itself tells of changes of lists. */
function union(servers: readonly ServerLists[]): ServerCapabilities {
  const all = servers.map(({ words }) => words?.capabilities ?? {});
  const has = (name: keyof ServerCapabilities): boolean => all.some((each) => each[name] !== undefined);
  return {
    ...(has('tools') && { tools: { listChanged: true } }),
    ...(has('prompts') && { prompts: { listChanged: true } }),
    ...(has('resources') && { resources: { listChanged: true, ...(all.some(subscribable) && { subscribe: true }) } }),
    ...(has('completions') && { completions: {} }),
    ...(has('logging') && { logging: {} }),
  };
}

function subscribable({ resources }: ServerCapabilities): boolean {
  return resources?.subscribe === true;
}

/** Those of each server under its name. */
function instructionsOf(servers: readonly ServerLists[]): string | undefined {
  const said = servers.flatMap(({ name, words }) =>
    words?.instructions === undefined ? [] : [{ name, text: words.instructions }],
  );
  if (said.length === 0) return undefined;
  if (servers.length === 1) return said[0]?.text;
  return said.map(({ name, text }) => `# ${name}\n\n${text}`).join('\n\n');
}
