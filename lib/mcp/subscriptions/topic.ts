import type { SubscriptionFilter } from '@modelcontextprotocol/client';

/** Something that a server tells of by itself. */
export interface Topic<T> {
  /** What is emitted for it. */
  readonly value: T;
  /** The notification by which it is told. */
  readonly method: string;
  /** Whether a notification of that method is about it. */
  readonly matches: (params: Readonly<Record<string, unknown>> | undefined) => boolean;
  /** What a modern server is asked for. */
  readonly filter: SubscriptionFilter;
  /** The resource that a legacy server has to be asked to tell of; lists it tells of unasked. */
  readonly uri?: string;
}
