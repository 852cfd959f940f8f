import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/client';
/** What goes to the server: a message, the question for what it says unasked (GET), or the end of a session (DELETE). */
export interface Outgoing {
  readonly verb: 'POST' | 'GET' | 'DELETE';
  readonly text?: string | undefined;
  /** Of a request, which is answered; absent for whatever else. */
  readonly id?: RequestId | undefined;
  readonly method?: string | undefined;
  /** Names in lower case and values in turn. */
  readonly headers?: readonly string[] | undefined;
  /** Whether these headers may stand in place of those of all requests, and not only beside them. */
  readonly replaces?: boolean;
  /** Whether they say which version of the protocol it is. */
  readonly isModern?: boolean;
  /** With GET: what came last of the stream before. With an id it is the rest of that request's stream. */
  readonly lastEventId?: string | undefined;
  /** An event of this id has come, after which the stream can be taken up again. */
  named?(eventId: string): void;
  /** Whether it is sent a second time, in a session that was begun for it. */
  readonly isAgain?: boolean | undefined;
  /** Whether it is the pool that asks, and no holder of a lease. */
  readonly isOwn?: boolean;
  /** The stream for which it asked has begun. */
  opened?(): void;
  /** Its response has ended by itself; told before `done` where the answer is missing. */
  streamEnded?(): void;
  /** It was answered or, where there is nothing to answer, taken; or it failed. Called once. */
  done(error?: Error): void;
}

/** An exchange, as far as whoever keeps it has to know. */
export interface OpenExchange {
  readonly out: Outgoing;
  /** Where it stands among those that are open. */
  place: number;
  readonly isAnswered: boolean;
  /** Gives it up, at once: nothing of it goes on, and nothing is told any more. */
  abort(reason?: Error): void;
  /** From now on nobody hears what it brings, but its answer. */
  mute(): void;
  /** The same, and it ends soon. */
  leave(): void;
}

/** Who is told what comes of the exchanges of a connection. */
export interface ExchangeListener {
  /** The server has begun a session; told before the answer that it came with. */
  began(sessionId: string): void;
  readonly message: (message: JSONRPCMessage) => void;
  readonly error: (error: Error) => void;
  /** The answer has come, and the stream on which it came goes on. */
  lingers(exchange: OpenExchange): void;
  /** Nothing comes any more; called once. */
  over(exchange: OpenExchange): void;
}
