import { ANONYMOUS } from './principal.ts';

/**
 * The key of the checkouts of a principal: keys take turns, so that nobody waits for all that another one has asked. None
 * where nobody is asked who he is.
 */
export function checkoutKey(principal: string): string | undefined {
  // With a word before it no name is taken for the key of a connection.
  return principal === ANONYMOUS ? undefined : `principal ${principal}`;
}
