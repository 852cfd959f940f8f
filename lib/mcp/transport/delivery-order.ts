import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/** A message that waits, and what came with it. */
type Waiting<Extra> = readonly [JSONRPCMessage, Extra | undefined];

/**
 * Hands messages on so that whatever the server has told before an answer, progress or its log, reaches its listener before
 * that answer. The SDK passes notifications on a microtask later, while an answer may end the lease of whoever listens. So
 * an answer, or progress, that follows notifications in the same turn waits until they have been passed on.
 */
export class DeliveryOrder<Extra> {
  /** Hands a message on; returns whether it was given to the SDK. */
  readonly #tell: (message: JSONRPCMessage, extra: Extra | undefined) => boolean;
  #behind: Waiting<Extra>[] = [];
  /** How many notifications the SDK has not passed on yet. */
  #untold = 0;

  constructor(tell: (message: JSONRPCMessage, extra: Extra | undefined) => boolean) {
    this.#tell = tell;
  }

  push(message: JSONRPCMessage, extra?: Extra): void {
    if (this.#behind.length > 0 || (this.#untold > 0 && mayOvertake(message))) this.#behind.push([message, extra]);
    else this.#pass(message, extra);
  }

  /** Hands on at once what waits: the connection has ended, so there is no later. */
  flush(): void {
    for (const [message, extra] of this.clear()) this.#tell(message, extra);
  }

  /** Forgets what waits. */
  clear(): readonly Waiting<Extra>[] {
    const behind = this.#behind;
    if (behind.length > 0) this.#behind = [];
    return behind;
  }

  #pass(message: JSONRPCMessage, extra: Extra | undefined): void {
    if (!this.#tell(message, extra) || !('method' in message)) return;
    this.#untold++;
    queueMicrotask(this.#told);
  }

  readonly #told = (): void => {
    this.#untold--;
    if (this.#untold === 0 && this.#behind.length > 0) {
      for (const [message, extra] of this.clear()) this.push(message, extra);
    }
  };
}

/** Whether it may go past the SDK, at once: an answer, or progress. */
function mayOvertake(message: JSONRPCMessage): boolean {
  return !('method' in message) || message.method === 'notifications/progress';
}
