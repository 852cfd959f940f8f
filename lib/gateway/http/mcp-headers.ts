import { decoded } from '../../mcp/transport/param-headers.ts';

/** Which parameter of a request stands in the `Mcp-Name` header as well, by method. */
const nameOf: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/** A request, as far as its headers repeat it. */
interface Named {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/** In what the `Mcp-Name` header and the body of a request disagree; `undefined` where they do not. */
export function nameFault(header: string | undefined, { method, params }: Named): string | undefined {
  const parameter = Object.hasOwn(nameOf, method) ? nameOf[method] : undefined;
  const name = parameter === undefined ? undefined : params?.[parameter];
  if (typeof name !== 'string' || header === name) return undefined;
  if (header === undefined) return 'the Mcp-Name header is missing';
  return decoded(header) === name ? undefined : 'the Mcp-Name header and the body disagree';
}
