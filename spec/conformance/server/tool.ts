import {
  CLIENT_CAPABILITIES_META_KEY,
  type CallToolResult,
  type ClientCapabilities,
  type InputRequiredResult,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';

/** A call, as a tool sees it. */
export interface ToolCall {
  readonly given: Readonly<Record<string, unknown>>;
  readonly context: ServerContext;
  readonly server: McpServer['server'];
}

/** What a tool answers: its result, or questions that have to be answered first. */
export type ToolAnswer = CallToolResult | InputRequiredResult;

/** A tool of the fixture. */
export interface FixtureTool {
  readonly description: string;
  /** The properties of its arguments; none when left out. */
  readonly properties?: Readonly<Record<string, object>>;
  /** The whole schema of its arguments, in place of that. */
  readonly inputSchema?: object;
  call(call: ToolCall): ToolAnswer | Promise<ToolAnswer>;
}

/** What the client has announced with this request; in the legacy era it does not. */
export function capabilitiesOf({ mcpReq }: ServerContext): ClientCapabilities {
  const envelope = (mcpReq.envelope ?? {}) as Readonly<Record<string, unknown>>;
  return Object(envelope[CLIENT_CAPABILITIES_META_KEY]) as ClientCapabilities;
}
