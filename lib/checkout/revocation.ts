/** Why the connection of a lease has to be checked in soon, or is gone already. */
export interface Revocation {
  /**
   * `down`: the connection died. `closed`: it was closed by force. `retiring`: it will be closed after this lease; the
   * `cause` says why (`maxLifetime`, `unhealthy`, ...). `draining`: the pool is being closed.
   */
  readonly reason: 'down' | 'closed' | 'retiring' | 'draining';
  /** The reason, if it is known: the error of a death, or the reason of a `retiring`. */
  readonly cause?: unknown;
  /** How many leases the connection had when it was lost, including this one. */
  readonly leases?: number;
}
