import type {
  CallToolResult,
  ListResourceTemplatesResult,
  ListResourcesResult,
  ReadResourceResult,
} from '@modelcontextprotocol/client';
import type { McpHub } from '../hub/mcp-hub.ts';
import type { McpPool } from '../mcp-pool.ts';

/** A tool as `@openai/agents` knows it. */
export interface AgentsTool {
  /** The name by which it is called. */
  name: string;
  /** What it does, for the model. */
  description?: string;
  /** The JSON schema of its arguments, as the server wrote it. */
  inputSchema: AgentsSchema;
}

/** The JSON schema of a tool's arguments as `@openai/agents` knows it. */
export interface AgentsSchema {
  /** Always an object. */
  type: 'object';
  /** The arguments by name. */
  properties: Record<string, unknown>;
  /** The arguments that must be there. */
  required: string[];
  /** Whether there may be others. */
  additionalProperties: boolean;
}

/** A part of what a tool says, as `@openai/agents` knows it. */
export interface AgentsContent {
  /** Such as `text`. */
  type: string;
  /** What goes with the type. */
  [key: string]: unknown;
}

/** The result of a tool as `@openai/agents` knows it. */
export interface AgentsResult {
  /** What the tool says. */
  content: AgentsContent[];
  /** What the server adds for whoever knows it. */
  _meta?: Record<string, unknown>;
  /** The same as an object. */
  structuredContent?: Record<string, unknown>;
  /** Whether the tool has failed. */
  isError?: boolean;
}

/** A call of a tool, as `@openai/agents` makes it: name, arguments, `_meta`, and what cancels it. */
export type AgentsCall<R> = (
  toolName: string,
  args: Record<string, unknown> | null,
  meta?: Record<string, unknown> | null,
  options?: { readonly signal?: AbortSignal },
) => Promise<R>;

/** The `MCPServer` of `@openai/agents`, with its resources. */
export interface AgentsServer {
  /** The name of the pool; `hub` for a hub. */
  readonly name: string;
  /** `false`: the framework would keep the list for good. */
  readonly cacheToolsList: false;
  /** Resolves when the pool is ready; for a hub, when its servers have been read, or one of them has taken too long. */
  connect(): Promise<void>;
  /** Does nothing: the pool, or the hub, stays open. */
  close(): Promise<void>;
  /** The tools of the server. */
  listTools(): Promise<AgentsTool[]>;
  /** What a tool says. */
  readonly callTool: AgentsCall<AgentsContent[]>;
  /** All of what a tool answers. */
  readonly callToolResult: AgentsCall<AgentsResult>;
  /** Does nothing: the list is not kept here. */
  invalidateToolsCache(): Promise<void>;
  /** The resources of the server, or a page of them. */
  listResources(params?: { cursor?: string }): Promise<ListResourcesResult>;
  /** The templates of resources, or a page of them. */
  listResourceTemplates(params?: { cursor?: string }): Promise<ListResourceTemplatesResult>;
  /** What a resource holds. */
  readResource(uri: string): Promise<ReadResourceResult>;
}

/** The pool, or a hub of several, for the agents of `@openai/agents`: `new Agent({ name, mcpServers: [agentsServer(pool)] })`. */
export function agentsServer(pool: McpPool | McpHub): AgentsServer {
  const { client } = pool;
  // The framework says by its signal how long a call may take.
  const call: AgentsCall<CallToolResult> = (name, args, meta, { signal } = {}) =>
    client.callTool(
      { name, arguments: args ?? {}, ...(meta && { _meta: meta }) },
      { timeout: Infinity, ...(signal && { signal }) },
    );
  return {
    name: 'ready' in pool ? pool.name : 'hub',
    cacheToolsList: false,
    connect: async () => {
      if ('ready' in pool) await pool.ready();
      else await pool.catalogue.read();
    },
    close: () => Promise.resolve(),
    // The framework fills in what a schema leaves out.
    listTools: async () => (await client.listTools()).tools as unknown as AgentsTool[],
    callTool: async (...args) => (await call(...args)).content,
    callToolResult: async (...args) => (await call(...args)) as AgentsResult,
    invalidateToolsCache: () => Promise.resolve(),
    listResources: (params) => client.listResources(params),
    listResourceTemplates: (params) => client.listResourceTemplates(params),
    readResource: (uri) => client.readResource({ uri }),
  };
}
