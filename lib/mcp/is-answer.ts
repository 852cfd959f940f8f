import { ProtocolError, SdkHttpError } from '@modelcontextprotocol/client';

/** Whether a request failed with what its server answered to it, which shows that the connection works. */
export function isAnswer(error: unknown): boolean {
  if (error instanceof ProtocolError) return true;
  return error instanceof SdkHttpError && isJsonRpcError(error.data['text']);
}

/** An answer that came with a status of failure. */
function isJsonRpcError(text: unknown): boolean {
  try {
    const { error } = Object(JSON.parse(String(text))) as { readonly error?: unknown };
    return typeof Reflect.get(Object(error) as object, 'code') === 'number';
  } catch {
    return false;
  }
}
