import { CommandError } from '../command-error.ts';
import { connecting } from '../server/connecting.ts';
import type { NamedServer } from '../server/named-server.ts';
import type { ServerFlags } from '../server/server-flags.ts';
import { type SnippetSource, snippetSource } from './snippet-source.ts';
import type { Subject } from './subject.ts';

/** The flags of `mcp-pool inspect` as they were given, each valid by itself. */
export interface InspectFlags extends ServerFlags {
  readonly probe?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly most: number;
  readonly json?: boolean;
}

/** What is to be done. */
export interface InspectOptions {
  readonly named: NamedServer;
  readonly subject: Subject;
  /** The tool that may be called; absent: none. */
  readonly tool: string | undefined;
  readonly source: SnippetSource;
  readonly json: boolean;
}

/** What the flags mean for this server. Throws a `CommandError` for flags that do not go together. */
export function inspectOptionsOf(flags: InspectFlags, named: NamedServer): InspectOptions {
  const { probe: tool, arguments: args = {}, most, json = false } = flags;
  if (tool === undefined && flags.arguments !== undefined) throw new CommandError('--arguments goes with --probe');
  const { transport } = named.server;
  const options = { era: 'auto' as const, ...connecting(transport, named.server) };
  const probe = tool === undefined ? undefined : { method: 'tools/call', params: { name: tool, arguments: args } };
  return {
    named,
    subject: { kind: transport.kind, options, probe, cheap: { method: 'ping' }, most },
    tool,
    source: snippetSource(named),
    json,
  };
}
