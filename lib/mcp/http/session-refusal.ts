import { isIdOf } from '../transport/sent-requests.ts';
import type { RequestId } from '@modelcontextprotocol/client';

/** How servers say it that were written after the examples of the SDKs. */
const forgotten =
  /no valid session|server not initialized|mcp-session-id|session (?:id )?(?:not found|expired|invalid|unknown)|(?:invalid|unknown|expired) session/i;

/**
 * Whether a message with a session was refused because the server does not know the session, and how certain that is:
 * `known` by 404, as the specification wants it, or by 400 with words about the session; `likely` by 400 with whatever else,
 * unless it is the answer to this very request; `no` otherwise.
 */
export function sessionRefusal(status: number, text: string, asked: RequestId | undefined): 'known' | 'likely' | 'no' {
  if (status === 404) return 'known';
  if (status !== 400) return 'no';
  const { id, message } = errorIn(text);
  if (forgotten.test(message ?? text)) return 'known';
  return asked !== undefined && isIdOf(id as RequestId | undefined, asked) ? 'no' : 'likely';
}

/** The id and the message of an error of JSON-RPC; of anything else neither. */
function errorIn(text: string): { readonly id?: unknown; readonly message?: string } {
  try {
    const { id, error } = Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
    const { message } = Object(error) as Readonly<Record<string, unknown>>;
    return { id, ...(typeof message === 'string' && { message }) };
  } catch {
    return {};
  }
}
