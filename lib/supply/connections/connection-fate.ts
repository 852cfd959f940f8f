/** How long it may take, in milliseconds; 0: for ever. */
export interface ConnectionTimeouts {
  readonly connectTimeoutMs: number;
  readonly closeTimeoutMs: number;
}

/** What becomes of a connection, each told at most once: `up` or `failed`, after `up` perhaps `down`, and last `gone`. */
export interface ConnectionFate<C> {
  up(connection: C): void;
  failed(error: unknown): void;
  down(error: unknown): void;
  /** Nothing is left of it. */
  gone(): void;
}
