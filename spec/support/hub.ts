import { onTestFinished } from 'vitest';
import { type McpHub, type McpHubOptions, type McpPoolOptions, createMcpHub, tcp } from '../../lib/mcp/index.ts';
import { type LineServer, startLineServer } from './line-server.ts';
import { answer, initialising } from './scripted-server.ts';

/** A hub that ends with the test. */
export function openHub(config: Parameters<typeof createMcpHub>[0], options?: McpHubOptions): McpHub {
  const hub = createMcpHub(config, options);
  onTestFinished(() => hub.close());
  return hub;
}

/** What a small server lists; a tool answers with its own name. */
interface Lists {
  readonly tools?: readonly string[];
  readonly prompts?: readonly string[];
  readonly resources?: readonly string[];
  readonly templates?: readonly string[];
}

/** A server over TCP with these lists, which answers whatever is asked for with what it was asked. */
export async function listingServer({
  tools = [],
  prompts = [],
  resources = [],
  templates = [],
}: Lists): Promise<LineServer> {
  const { initialize, ping } = initialising();
  const capabilities = { tools: {}, prompts: {}, resources: {}, completions: {} };
  const answers = {
    initialize: { result: { ...(initialize?.['result'] as object), capabilities } },
    'tools/list': { result: { tools: tools.map((name) => ({ name, inputSchema: { type: 'object' } })) } },
    'prompts/list': { result: { prompts: prompts.map((name) => ({ name })) } },
    'resources/list': { result: { resources: resources.map((uri) => ({ uri, name: uri })) } },
    'resources/templates/list': {
      result: { resourceTemplates: templates.map((uriTemplate) => ({ uriTemplate, name: uriTemplate })) },
    },
    ...(ping && { ping }),
  };
  const server = await startLineServer((message, say) => {
    const { id, method, params } = message;
    const said = JSON.stringify(params);
    if (method === 'tools/call') say({ id, result: { content: [{ type: 'text', text: said }] } });
    else if (method === 'prompts/get') say({ id, result: { description: said, messages: [] } });
    else if (method === 'resources/read')
      say({ id, result: { contents: [{ uri: String(params?.['uri']), text: said }] } });
    else if (method === 'completion/complete') say({ id, result: { completion: { values: [said] } } });
    else answer(message, answers, say);
  });
  onTestFinished(() => server.stop());
  return server;
}

/** The options of a pool of one connection to a server. */
export const reaching = ({ port }: { readonly port: number }, others: McpPoolOptions = {}): McpPoolOptions => ({
  transport: tcp({ port }),
  maxSize: 1,
  ...others,
});

/** The names of all tools. */
export const toolsOf = async ({ client }: McpHub): Promise<string[]> =>
  (await client.listTools()).tools.map(({ name }) => name);

/** A server over TCP whose only tool, `first`, adds another to its list, and tells that the list has changed. */
export async function growingServer(): Promise<LineServer> {
  const { initialize, ping } = initialising();
  const result = { ...(initialize?.['result'] as object), capabilities: { tools: { listChanged: true } } };
  const tools = ['first'];
  const server = await startLineServer((message, say) => {
    const { id, method } = message;
    if (method === 'tools/list') {
      say({ id, result: { tools: tools.map((name) => ({ name, inputSchema: { type: 'object' } })) } });
    } else if (method === 'tools/call') {
      tools.push('other');
      say({ id, result: { content: [] } });
      say({ method: 'notifications/tools/list_changed' });
    } else answer(message, { initialize: { result }, ...(ping && { ping }) }, say);
  });
  onTestFinished(() => server.stop());
  return server;
}
