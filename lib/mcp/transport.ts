import type { Transport } from '@modelcontextprotocol/client';
import type { Readable, Writable } from 'node:stream';
import type { Observable } from 'rxjs';
import type { Notice } from '../supply/connector.ts';

/** How a pool reaches its server; makes one SDK transport for each connection. */
export interface McpTransport {
  readonly kind: 'tcp' | 'stdio';
  /** For people: `127.0.0.1:3000`, `npx -y server`. */
  readonly target: string;
  /** A transport of its own for one connection; nothing is opened before its `start`. */
  create(): ConnectionTransport;
}

/** An SDK transport that can also be ended by force, and tells why it ended. */
export interface ConnectionTransport extends Transport {
  /** Why it ended by itself; absent while it lives, after `close` or `kill`, and after a peer that ended in good order. */
  readonly failure: Error | undefined;
  /** Whether it has ended, however: nothing is sent or delivered any more. */
  readonly closed: boolean;
  /** Lines skipped so far because they were no JSON-RPC message: log lines, banners. */
  readonly garbageLines: number;
  /** What is worth knowing about those lines; completes with the transport. */
  readonly noticed$: Observable<Notice>;
  /** Answers dropped so far because their request had been cancelled. */
  readonly lateAnswers: number;
  /** Messages so far of which something may have left; absent where the transport does not know. */
  readonly linesSent?: number;
  /** Ends it at once, without politeness: a reset, or SIGKILL to the whole process group. */
  kill(): void;
}

/** What carries the bytes of one connection, a socket or a child process; it looks after itself once it has ended. */
export interface Carrier {
  /** The two directions, once there is a peer; rejects when none could be reached. */
  readonly opened: Promise<Streams>;
  /** Resolves when the peer is gone, with the fault if it was one; never rejects. All that the peer wrote was read by then. */
  readonly ended: Promise<Error | undefined>;
  /** Ends it in good order, by force where that takes too long; resolves when nothing is left of it. Again is the same. */
  close(): Promise<void>;
  /** Ends it by force, at once. */
  kill(): void;
}

/** The two directions of a connection; the same object twice for a socket. */
export interface Streams {
  readonly readable: Readable;
  readonly writable: Writable;
}
