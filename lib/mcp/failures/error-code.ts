import type { RequestStatus } from '../../requests/retry.ts';

/**
 * In a word, what came of a request that went wrong: the code of its error, the error's name where that has none, or
 * `tool_error` for an answer that says it is one (as in the semantic conventions of OpenTelemetry). `undefined` otherwise.
 */
export function errorCodeOf(status: RequestStatus, outcome: unknown): string | undefined {
  if (status === 'cancelled') return undefined;
  const about = Object(outcome) as { isError?: unknown; code?: unknown; name?: unknown };
  if (status === 'answered') return about.isError === true ? 'tool_error' : undefined;
  const word = [about.code, about.name].find((one) => typeof one === 'string' || typeof one === 'number');
  return word === undefined ? 'Error' : String(word);
}
