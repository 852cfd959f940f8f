import type { JSONRPCMessage, MessageExtraInfo, Progress, Result, Transport } from '@modelcontextprotocol/client';
import { type Observable, Subject } from 'rxjs';
import { toError } from '../../base/thrown.ts';
import { asMeant } from './as-meant.ts';
import { DeliveryOrder } from './delivery-order.ts';
import { SentRequests } from './sent-requests.ts';
import type { ToldRequest } from './told-requests.ts';
import { wellFormed } from './well-formed.ts';

/** Who takes what the server asks and tells while it holds the connection. */
export interface MessageHolder {
  /** Takes a message of the server that is no answer; returns whether the SDK must not have it. */
  take(message: JSONRPCMessage): boolean;
}

/**
 * The callbacks of an SDK transport, each with a stream beside it. The callbacks belong to the SDK, which has room for one
 * listener; whoever else listens to a connection subscribes to the streams. They cost next to nothing while nobody does.
 * Answers to requests that are told themselves, and their progress, go past all of these.
 */
export abstract class TappedTransport {
  onclose: (() => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  onmessage: Transport['onmessage'];
  /** The requests that are open, and those that were cancelled and may yet be answered. */
  readonly requests: SentRequests = new SentRequests();
  /** Who takes what the server asks and tells, in place of the SDK; `undefined` where nobody does. */
  holder: MessageHolder | undefined;
  readonly #received$ = new Subject<JSONRPCMessage>();
  readonly #errors$ = new Subject<Error>();
  readonly #ended$ = new Subject<never>();
  /** Each message that the SDK is given, just before the SDK has it. */
  readonly received$: Observable<JSONRPCMessage> = this.#received$.asObservable();
  /** Each error that the SDK is told of, just before. */
  readonly errors$: Observable<Error> = this.#errors$.asObservable();
  /** Completes when the transport has ended, however, just after the SDK was told; later subscribers are told at once. */
  readonly ended$: Observable<never> = this.#ended$.asObservable();
  readonly #order = new DeliveryOrder<MessageExtraInfo>(this.#hand.bind(this));
  #replayed: Result | undefined;

  /**
   * Calls `send`, and answers the first request that it sends with this result, in place of sending it: so the SDK's client
   * goes on from an answer that came to somebody else. `send` has to send before it returns.
   */
  replaying<T>(result: Result, send: () => T): T {
    this.#replayed = result;
    try {
      return send();
    } finally {
      this.#replayed = undefined;
    }
  }

  /** Whether this message is answered by what is replayed, and so must not be sent. To be called by `send`, first. */
  protected isReplayed(message: JSONRPCMessage): boolean {
    const result = this.#replayed;
    if (result === undefined || !('method' in message && 'id' in message)) return false;
    this.#replayed = undefined;
    const { id } = message;
    queueMicrotask(() => {
      this.tellMessage({ jsonrpc: '2.0', id, result });
    });
    return true;
  }

  /**
   * Hands a message on to whom it is for: the request that it answers or tells the progress of, or the SDK. All that the
   * server has told before an answer is heard before it.
   */
  protected deliver(message: JSONRPCMessage, extra?: MessageExtraInfo): void {
    this.#order.push(asMeant(message), extra);
  }

  /** Hands on at once what still waits for its turn: nothing follows. */
  protected flush(): void {
    this.#order.flush();
  }

  protected tellMessage(message: JSONRPCMessage, extra?: MessageExtraInfo): void {
    if (this.#received$.observed) this.#received$.next(message);
    this.onmessage?.(message, extra);
  }

  protected tellError(error: Error): void {
    if (this.#errors$.observed) this.#errors$.next(error);
    this.onerror?.(error);
  }

  /** Once, and nothing is told after it. */
  protected tellEnd(): void {
    this.#order.clear();
    try {
      this.onclose?.();
    } finally {
      this.#ended$.complete();
      this.#received$.complete();
      this.#errors$.complete();
    }
  }

  /** Whether it was the SDK that was given the message. */
  #hand(message: JSONRPCMessage, extra: MessageExtraInfo | undefined): boolean {
    try {
      const request = this.requests.toldBy(message);
      const isTaken = request === undefined ? this.holder?.take(message) === true : told(request, message);
      if (!isTaken) this.tellMessage(wellFormed(message), extra);
      return !isTaken;
    } catch (error) {
      // A handler that throws must not take the process down by way of the stream's event.
      this.tellError(toError(error));
      return true;
    }
  }
}

function told(request: ToldRequest, message: JSONRPCMessage): true {
  if ('method' in message) request.progressed(progressIn(message.params));
  else request.answered(message);
  return true;
}

/** What a progress notification tells, without the token that says of which request. */
function progressIn(params: unknown): Progress {
  const { progressToken, ...progress } = Object(params) as { readonly progressToken?: unknown } & Progress;
  return progress;
}
