import { VERSION } from '../../base/version.ts';
import { encoded, type ParamHeaders } from '../transport/param-headers.ts';

/** What the transport says itself; a header of the same name would be a lie. */
export const reserved: readonly string[] = [
  'accept',
  'content-length',
  'content-type',
  'host',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
];

/** What one request must not say for itself: who asks is the same for all of a connection. */
const notForOne: readonly string[] = [...reserved, 'authorization', 'dpop'];

/** The parameter by which a modern server is told in a header what a request is about. */
const namedBy: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/** The headers that are the same for all requests to a server; names and values in turn. */
export interface WireHeaders {
  readonly POST: readonly string[];
  readonly GET: readonly string[];
  readonly DELETE: readonly string[];
  /** What the user says in `Authorization`, which a token replaces. */
  readonly authorization: string | undefined;
}

/** The headers of each request to a server, with those of the user. */
export function wireHeaders(given: Readonly<Record<string, string>>): WireHeaders {
  const all = Object.entries(given).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const { 'user-agent': agent = `rx-mcp-pool/${VERSION}`, authorization, ...others } = Object.fromEntries(all);
  const always = ['user-agent', agent, ...Object.entries(others).flat()];
  return {
    POST: ['content-type', 'application/json', 'accept', 'application/json, text/event-stream', ...always],
    GET: ['accept', 'text/event-stream', ...always],
    DELETE: always,
    authorization,
  };
}

/** A message as its headers tell of it. */
interface Describable {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** The version of the protocol that stands in the request; absent in the legacy era. */
  readonly version?: string | undefined;
  /** Those that its caller wants to add. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The headers that belong to one message, in lower case, names and values in turn; `undefined` where there are none. */
export function headersOfOne(message: Describable, params: ParamHeaders): readonly string[] | undefined {
  const { version, headers } = message;
  const modern = version === undefined ? undefined : modernHeaders(message, version, params);
  if (headers === undefined) return modern;
  const given = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return replaced(modern ?? [], given.filter(([name]) => !notForOne.includes(name)).flat());
}

/** What a modern request says in headers of what stands in its body, for the gateways on its way. */
function modernHeaders({ method, params }: Describable, version: string, declared: ParamHeaders): string[] {
  const headers = ['mcp-protocol-version', version, 'mcp-method', method];
  const field = namedBy[method];
  const name = field === undefined ? undefined : params?.[field];
  if (typeof name === 'string') headers.push('mcp-name', encoded(name));
  if (method === 'tools/call' && !declared.isEmpty) headers.push(...declared.of(params));
  return headers;
}

/** The headers of both lists; of a name that stands in both only that of the second. Names are in lower case. */
export function replaced(first: readonly string[], second: readonly string[]): string[] {
  const names = second.filter((_, at) => at % 2 === 0);
  if (names.length === 0) return [...first];
  return [...first.filter((_, at) => !names.includes(first[at - (at % 2)] ?? '')), ...second];
}
