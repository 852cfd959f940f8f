/** The name of the tool that a `tools/call` calls; `undefined` for any other request. */
export function toolOf({ method, params }: McpRequest): string | undefined {
  const name = method === 'tools/call' ? params?.['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** For people: the method and, of a tool's call, the tool. */
export function nameOf(request: McpRequest): string {
  const tool = toolOf(request);
  return tool === undefined ? request.method : `${request.method} of ${JSON.stringify(tool)}`;
}

/** One request of MCP, such as `{ method: 'tools/call', params: { name: 'echo', arguments: { message: 'hi' } } }`. */
export interface McpRequest {
  /** Such as `tools/call`. */
  readonly method: string;
  /** What the method takes. */
  readonly params?: Readonly<Record<string, unknown>>;
}
