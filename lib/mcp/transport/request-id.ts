import type { RequestId } from '@modelcontextprotocol/client';

/** Whether an answer has the id of this request; a server may have made a string of a number, "5" of 5. */
export function isIdOf(answered: RequestId | undefined, asked: RequestId): boolean {
  return answered === asked || (typeof answered === 'string' && numberIn(answered) === asked);
}

/** The number of which this is the text as JSON writes it, if it is one that counts requests. */
export function numberIn(text: string): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : undefined;
}
