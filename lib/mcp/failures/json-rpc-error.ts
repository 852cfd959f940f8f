/** Whether the body of an answer of failure is an error of JSON-RPC: then it is the server itself that has answered. */
export function isJsonRpcError(text: string): boolean {
  try {
    const { jsonrpc, error } = Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
    return jsonrpc === '2.0' && typeof error === 'object' && error !== null;
  } catch {
    return false;
  }
}
