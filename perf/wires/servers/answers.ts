/** As much text as the tool `big` answers, in characters. */
const MEBIBYTE = 1 << 20;
/** How many messages the tool `progress` sends before its result. */
export const PROGRESS = 100;

const big = JSON.stringify('x'.repeat(MEBIBYTE));
const tools = ['echo', 'progress', 'big', 'hold'].map((name) => ({ name, inputSchema: { type: 'object' } }));
const capabilities = { tools: {} };
const serverInfo = { name: 'lean', version: '1.0.0' };
const version = 'io.modelcontextprotocol/protocolVersion';
/** What the modern era asks of each result. */
const complete = { resultType: 'complete', _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo } };

/** A message of a client, as far as anybody looks at it. */
export interface Asked {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: {
    readonly name?: string;
    readonly protocolVersion?: string;
    readonly _meta?: { readonly progressToken?: number | string } & Readonly<Record<string, unknown>>;
  };
}

/**
 * What a lean server says to one message, message by message: as little as the protocol allows, in texts that are made
 * beforehand, so that the server is never what is measured. The tool `hold` is not answered at all.
 */
export function answersTo({ id, method, params }: Asked): readonly string[] {
  if (id === undefined) return [];
  const isModern = params?._meta?.[version] !== undefined;
  if (method === 'tools/call') return called(id, params?.name, params?._meta?.progressToken, isModern);
  return [answer(id, JSON.stringify({ ...resultOf(method, params), ...(isModern && complete) }))];
}

function called(id: number | string, name: string | undefined, token: unknown, isModern: boolean): readonly string[] {
  const end = isModern ? ended : '';
  if (name === 'echo') return [answer(id, `{"content":[{"type":"text","text":"hi"}]${end}}`)];
  if (name === 'big') return [answer(id, `{"content":[{"type":"text","text":${big}}]${end}}`)];
  if (name !== 'progress') return [];
  const head = `{"method":"notifications/progress","params":{"progressToken":${JSON.stringify(token)},"progress":`;
  const told = Array.from({ length: PROGRESS }, (_, at) => `${head}${at + 1},"total":${PROGRESS}},"jsonrpc":"2.0"}`);
  return [...told, answer(id, `{"content":[]${end}}`)];
}

const ended = `,${JSON.stringify(complete).slice(1, -1)}`;

/** In the order in which the SDK writes it. */
function answer(id: number | string, result: string): string {
  return `{"result":${result},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`;
}

function resultOf(method: string | undefined, params: Asked['params']): object {
  const cached = { ttlMs: 0, cacheScope: 'private' };
  if (method === 'initialize') return { protocolVersion: params?.protocolVersion, capabilities, serverInfo };
  if (method === 'server/discover') return { supportedVersions: ['2026-07-28'], capabilities, ...cached };
  return method === 'tools/list' ? { tools, ...cached } : {};
}
