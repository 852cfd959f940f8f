import type { JSONRPCMessage, MessageExtraInfo, Transport } from '@modelcontextprotocol/client';
import { type Observable, Subject } from 'rxjs';

/**
 * The callbacks of an SDK transport, each with a stream beside it. The callbacks belong to the SDK, which has room for one
 * listener; whoever else listens to a connection subscribes to the streams. They cost next to nothing while nobody does.
 */
export abstract class TappedTransport {
  onclose: (() => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  onmessage: Transport['onmessage'];
  readonly #received$ = new Subject<JSONRPCMessage>();
  readonly #errors$ = new Subject<Error>();
  readonly #ended$ = new Subject<never>();
  /** Each message that the SDK is given, just before the SDK has it. */
  readonly received$: Observable<JSONRPCMessage> = this.#received$.asObservable();
  /** Each error that the SDK is told of, just before. */
  readonly errors$: Observable<Error> = this.#errors$.asObservable();
  /** Completes when the transport has ended, however, just after the SDK was told; later subscribers are told at once. */
  readonly ended$: Observable<never> = this.#ended$.asObservable();

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
    try {
      this.onclose?.();
    } finally {
      this.#ended$.complete();
      this.#received$.complete();
      this.#errors$.complete();
    }
  }
}
