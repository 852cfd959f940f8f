import type { McpPool } from '../../mcp/mcp-pool.ts';
import type { Upstream } from '../upstreams.ts';
import { ANONYMOUS } from './principal.ts';

/**
 * The key of the checkouts of a principal: keys take turns, so that nobody waits for all that another one has asked. None
 * where nobody is asked who he is, and where connections are pinned: there a key would share one among all its sessions.
 */
export function checkoutKey(
  upstream: Upstream | Pick<McpPool, 'checkoutOf'>,
  principal: string,
): { readonly key: string } | undefined {
  const { checkoutOf } = upstream as Partial<Pick<McpPool, 'checkoutOf'>>;
  if (principal === ANONYMOUS || checkoutOf !== undefined) return undefined;
  // With a word before it no name is taken for the key of a connection.
  return { key: `principal ${principal}` };
}
