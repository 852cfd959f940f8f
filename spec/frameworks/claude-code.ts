import { createInterface } from 'node:readline';

type Fields = Readonly<Record<string, unknown>>;

/** A message of MCP, as it travels within those of Claude Code. */
type McpMessage = Fields & { readonly id?: unknown; readonly method?: string; readonly params?: Fields };

/** A line of what `claude-agent-sdk` and Claude Code say to each other. */
interface Line {
  readonly type: string;
  readonly request_id?: string;
  readonly request?: { readonly subtype: string; readonly message?: McpMessage; readonly sdkMcpServers?: string[] };
  readonly response?: {
    readonly request_id: string;
    readonly response?: {
      readonly mcp_response?: { readonly result?: { readonly content: { readonly text: string }[] } };
    };
  };
}

type Answer = NonNullable<NonNullable<NonNullable<Line['response']>['response']>['mcp_response']>;

// Stands in for Claude Code, which would need the network and a model: `claude-agent-sdk` starts it and speaks to it as to
// the real one. To whatever it is told it calls a tool of the first server within the process of the SDK, hears the
// progress of another, and cancels a third.
const waiting = new Map<string, (answer: Answer) => void>();
const progress: unknown[] = [];
let server = '';
let asked = 0;

for await (const line of createInterface(process.stdin)) hear(JSON.parse(line) as Line);

function hear({ type, request_id: id, request, response }: Line): void {
  if (type === 'user') void work();
  else if (type === 'control_response' && response !== undefined) {
    waiting.get(response.request_id)?.(response.response?.mcp_response ?? {});
  } else if (type === 'control_request') {
    server = request?.sdkMcpServers?.[0] ?? server;
    if (request?.message?.method === 'notifications/progress') progress.push(request.message.params?.['progress']);
    say({ type: 'control_response', response: { subtype: 'success', request_id: id, response: { commands: [] } } });
  }
}

async function work(): Promise<void> {
  const clientInfo = { name: 'claude-code', version: '1.0.0' };
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: { roots: {} }, clientInfo });
  await tell({ method: 'notifications/initialized' });
  await ask('tools/list');
  const { result } = await ask('tools/call', { name: 'echo', arguments: { message: 'hi' } });
  await ask('tools/call', longCall(0.2, { _meta: { progressToken: 'mine' } }));
  void ask('tools/call', longCall(60));
  await tell({ method: 'notifications/cancelled', params: { requestId: asked } });
  const text = `${result?.content[0]?.text ?? 'nothing'}, progress ${progress.join(' ')}`;
  say({ type: 'result', subtype: 'success', is_error: false, result: text, session_id: 'session' });
  process.exit();
}

function longCall(duration: number, more: Fields = {}): Fields {
  return { name: 'trigger-long-running-operation', arguments: { duration, steps: 2 }, ...more };
}

/** Asks the server, and resolves with its answer. */
function ask(method: string, params: Fields = {}): Promise<Answer> {
  return tell({ id: ++asked, method, params });
}

/** Tells the server, and resolves with what is answered. */
function tell(message: McpMessage): Promise<Answer> {
  const id = `request-${waiting.size}`;
  const request = { subtype: 'mcp_message', server_name: server, message: { jsonrpc: '2.0', ...message } };
  say({ type: 'control_request', request_id: id, request });
  return new Promise((resolve) => waiting.set(id, resolve));
}

function say(line: Fields): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
