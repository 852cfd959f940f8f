/** What an error thrown by work says of its connection. */
export interface Fault {
  /** Whether nothing shows that the connection still answers. */
  readonly isFailure: boolean;
  /** The error text if the connection did not answer in time, else `undefined`. */
  readonly timedOut: string | undefined;
  /** Whether the connection is unusable. */
  readonly isBroken: boolean;
  /** The pause that its server asks for, in milliseconds. */
  readonly restMs: number;
}
