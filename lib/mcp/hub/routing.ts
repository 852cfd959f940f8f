import { ProtocolError, ProtocolErrorCode, type Result } from '@modelcontextprotocol/client';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { Catalogue, Route } from './catalogue.ts';
import type { Listed } from './server-lists.ts';

/** A request as the server that it is for knows it. */
export interface RoutedRequest {
  readonly server: string;
  readonly request: McpRequest;
}

type Params = Readonly<Record<string, unknown>>;

/** Which server a request is for, and what it is there. Rejects with a `ProtocolError` where there is none. */
export async function routed(catalogue: Catalogue, request: McpRequest): Promise<RoutedRequest> {
  const { method } = request;
  const params: Params = request.params ?? {};
  const to = ({ server }: Route, changed?: Params): RoutedRequest => ({
    server,
    request: changed === undefined ? request : { method, params: { ...params, ...changed } },
  });
  switch (method) {
    case 'tools/call':
    case 'prompts/get': {
      const route = await catalogue.named(method === 'tools/call' ? 'tools' : 'prompts', String(params['name']));
      return to(route, { name: route.name });
    }
    case 'resources/read':
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return to(await catalogue.resource(String(params['uri'])));
    case 'completion/complete': {
      const ref = Object(params['ref']) as Params;
      if (ref['type'] !== 'ref/prompt') return to(await catalogue.template(String(ref['uri'])));
      const route = await catalogue.named('prompts', String(ref['name']));
      return to(route, { ref: { ...ref, name: route.name } });
    }
    default: {
      const server = catalogue.only;
      if (server !== undefined) return { server, request };
      throw new ProtocolError(ProtocolErrorCode.MethodNotFound, `which server ${method} is for cannot be told`);
    }
  }
}

/** The lists by the request that reads each. */
const listIn: Readonly<Record<string, (listed: Listed) => Result>> = {
  'tools/list': ({ tools }) => ({ tools }),
  'prompts/list': ({ prompts }) => ({ prompts }),
  'resources/list': ({ resources }) => ({ resources }),
  'resources/templates/list': ({ templates }) => ({ resourceTemplates: templates }),
};

/** The answer to a request for a list: the whole of it, without pages. `undefined` for any other request. */
export function listAnswer(catalogue: Catalogue, { method, params }: McpRequest): Promise<Result> | undefined {
  // A method may be called as what every object has.
  const list = Object.hasOwn(listIn, method) ? listIn[method] : undefined;
  if (list === undefined) return undefined;
  if (params?.['cursor'] === undefined) return catalogue.read().then(list);
  return Promise.reject(new ProtocolError(ProtocolErrorCode.InvalidParams, 'there is no page with this cursor'));
}
