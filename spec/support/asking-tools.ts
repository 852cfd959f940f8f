import { McpServer, inputRequired } from '@modelcontextprotocol/server';
import type { McpServerFactory } from '@modelcontextprotocol/server';

/** What a tool asks, under the names of the handlers that answer it. */
export type Asked = 'sampling' | 'elicitation' | 'roots';

/** The SDK's server with a tool that asks back, in the way of the era in which it is spoken to. */
export interface AskingTools {
  readonly create: McpServerFactory;
  /** Calls so far, those that bring answers included. */
  readonly calls: number;
}

/**
 * A call with the arguments `{ asks, text }` is answered with all that is answered to it, as JSON. With `times` it is asked
 * so often before, each time anew.
 */
export function askingTools(): AskingTools {
  let calls = 0;
  const create = (): McpServer => {
    const product = new McpServer({ name: 'asking-tools', version: '1.0.0' }, { capabilities: { tools: {} } });
    product.server.setRequestHandler('tools/list', () => ({
      tools: [{ name: 'ask', inputSchema: { type: 'object' } }],
    }));
    product.server.setRequestHandler('tools/call', ({ params }, { mcpReq }) => {
      calls++;
      const { asks, text, times = 1 } = params.arguments as { asks: Asked[]; text: string; times?: number };
      const round = Number(mcpReq.requestState() ?? 0);
      if (round < times)
        return inputRequired({ inputRequests: questions(asks, text), requestState: String(round + 1) });
      return { content: [{ type: 'text', text: JSON.stringify(mcpReq.inputResponses) }] };
    });
    return product;
  };
  return {
    create,
    get calls() {
      return calls;
    },
  };
}

function questions(asks: readonly Asked[], text: string) {
  return Object.fromEntries(asks.map((name) => [name, question(name, text)]));
}

function question(name: Asked, text: string) {
  switch (name) {
    case 'sampling':
      return inputRequired.createMessage({
        messages: [{ role: 'user', content: { type: 'text', text } }],
        maxTokens: 10,
      });
    case 'elicitation':
      return inputRequired.elicit({
        message: text,
        requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
      });
    case 'roots':
      return inputRequired.listRoots();
  }
}
