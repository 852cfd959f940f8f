/** Timeouts in milliseconds; 0: none. */
export interface ConnectionTimeouts {
  readonly connectTimeoutMs: number;
  readonly closeTimeoutMs: number;
}

/**
 * Callbacks for the life of a connection, each called at most once: `up` or `failed`, after `up` perhaps `down`, and
 * `gone` last.
 */
export interface ConnectionFate<C> {
  up(connection: C): void;
  failed(error: unknown): void;
  down(error: unknown): void;
  /** The connection is finally closed. */
  gone(): void;
}
