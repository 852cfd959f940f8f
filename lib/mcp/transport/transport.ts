import type { RequestId, Transport } from '@modelcontextprotocol/client';
import type { Readable, Writable } from 'node:stream';
import type { Observable } from 'rxjs';
import type { Notice } from '../../supply/connector.ts';
import type { CarriedRequest } from './carried-request.ts';
import type { ParamHeaders } from './param-headers.ts';
import type { TappedTransport } from './tapped-transport.ts';

/** How a pool reaches its server; makes one SDK transport for each connection. */
export interface McpTransport {
  /** What carries the messages. */
  readonly kind: 'tcp' | 'stdio' | 'http' | 'custom';
  /** For people: `127.0.0.1:3000`, `npx -y server`, `https://example.com/mcp`; holds no credentials of an address. */
  readonly target: string;
  /** A transport of its own for one connection; nothing is opened before its `start`. */
  create(needs?: ConnectionNeeds): ConnectionTransport;
}

/** What a connection is used for, as far as its transport must know. */
export interface ConnectionNeeds {
  /**
   * `false`: what the server keeps for the session matters, so that an expired one must not be replaced by a new one
   * unseen; the connection ends with `MCP_SESSION_EXPIRED` instead. Over HTTP only.
   */
  readonly renewSession?: boolean;
  /** What calls of tools say in their headers, for the connections that may know it of each other. Over HTTP only. */
  readonly params?: ParamHeaders;
}

/**
 * An SDK transport that can also be ended by force, and tells why it ended. Its `onmessage`, `onerror` and `onclose` are
 * the SDK's; everybody else listens to `received$`, `errors$` and `ended$`.
 */
export interface ConnectionTransport
  extends Transport, Pick<TappedTransport, 'received$' | 'errors$' | 'ended$' | 'requests' | 'replaying' | 'holder'> {
  /** Why it ended by itself; absent while it lives, after `close` or `kill`, and after a peer that ended in good order. */
  readonly failure: Error | undefined;
  /** Whether it has ended, however: nothing is sent or delivered any more. */
  readonly closed: boolean;
  /** Lines skipped so far because they were no JSON-RPC message: log lines, banners. */
  readonly garbageLines: number;
  /** What is worth knowing about those lines and other oddities of the server; completes with the transport. */
  readonly noticed$: Observable<Notice>;
  /** What the server has said outside of the protocol so far, in a line, without what is secret. Over stdio only. */
  readonly said?: string | undefined;
  /** The lines that its process writes to its stderr; completes when nothing more can come. Over stdio only. */
  readonly stderr$?: Observable<string>;
  /** Messages so far of which something may have left; absent where the transport does not know. */
  readonly linesSent?: number;
  /** Emits when a session was begun anew: the server has forgotten what it kept for the old one. Over HTTP only. */
  readonly renewed$?: Observable<void>;
  /** Whether it ended because its peer did, and not by a limit, `close` or `kill`; absent where nothing is known of that. */
  readonly endedByPeer?: boolean;
  /**
   * Sends a request whose JSON-RPC message is this text. What comes of it goes by way of `received`, as every message; what
   * stands in the way of it, or of its answer, is told to the request by `fail`. Never throws.
   */
  carry(request: CarriedRequest, text: string): void;
  /**
   * Somebody listens to what the server says unasked, until the returned function is called. Where that needs a stream of its
   * own, it is open only meanwhile.
   */
  listen?(): () => void;
  /** What whoever listens has to wait for, lest something be missed; `undefined` where nothing is being opened. */
  readonly opening?: Promise<void> | undefined;
  /** Emits to whoever listens when something may have been missed: the stream was lost, and is there again. */
  readonly missed$?: Observable<void>;
  /** Where each request has a stream of its own: closes it, which is how a request is cancelled in the modern era. */
  giveUp?(id: RequestId): void;
  /** Where each request has a stream of its own: what comes on those that were answered from now on is nobody's. */
  endStreams?(): void;
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
