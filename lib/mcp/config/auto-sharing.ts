import type { McpSharing, SharingOptions } from '../connection/sharing.ts';
import type { McpPoolOptions } from '../mcp-pool-options.ts';

/** The options of a pool, in which a gateway may be left to decide who shares connections. */
export type ServedPoolOptions = Omit<McpPoolOptions, 'sharing'> & {
  /**
   * As of `createMcpPool`; or `auto`: connections are `multiplex` for those clients that cannot be asked anything and want no
   * log, and `exclusive` for all others.
   */
  readonly sharing?: McpSharing | 'auto';
};

/** What `sharing: 'auto'` comes to. */
export interface AutoSharing {
  /** What the pool of those who do not share is made with. */
  readonly options: McpPoolOptions;
  /** How many of those who share may have a connection at once; absent where nobody does. @internal */
  readonly shared?: Pick<SharingOptions, 'maxLeasesPerConnection'>;
}

/** Takes `sharing: 'auto'` out of the options of a pool. */
export function withoutAuto(given: ServedPoolOptions): AutoSharing {
  const { sharing, maxLeasesPerConnection: leases, ...others } = given;
  if (sharing !== 'auto') return { options: given as McpPoolOptions };
  return { options: others, shared: leases === undefined ? {} : { maxLeasesPerConnection: leases } };
}

/** The options of a pool whose connections are shared. */
export function sharingAll(options: McpPoolOptions, shared: NonNullable<AutoSharing['shared']>): McpPoolOptions {
  return { ...options, sharing: 'multiplex', ...shared };
}
