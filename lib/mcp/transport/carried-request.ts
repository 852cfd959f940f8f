/** A request that a transport carries to the server, and whoever waits for its answer. */
export interface CarriedRequest {
  /** Its id on the wire, which is also its progress token. */
  readonly id: number;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** Headers for this request alone. Over HTTP only. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The version of the protocol that stands in its `_meta`; absent in the legacy era. */
  readonly version?: string | undefined;
  /** Whether it belongs to the pool and not to a lease: it goes on when a lease ends. */
  readonly outlasts: boolean;
  /** Whether it has ended: answered, failed or given up. Then nothing of it need be sent. */
  readonly isOver: boolean;
  /**
   * Set by a transport on which each request has a stream of its own: `abort` ends that stream and tells nobody. It is
   * called when the request is given up.
   */
  carrier: { abort(): void } | undefined;
  /** To be called when it cannot be sent, or its answer will not come. Ignored once it is over. */
  fail(error: unknown): void;
}
