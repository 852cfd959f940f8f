import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/**
 * Hands messages on in the order in which they came, progress before the answer. The SDK tells progress a microtask after
 * it has heard of it, and forgets whom to tell as soon as it has the answer; so what comes behind progress in the same
 * turn waits until that has been told.
 */
export class ProgressOrder {
  readonly #tell: (message: JSONRPCMessage) => void;
  #behind: JSONRPCMessage[] = [];
  /** Progress that is still to be told. */
  #untold = 0;

  constructor(tell: (message: JSONRPCMessage) => void) {
    this.#tell = tell;
  }

  push(message: JSONRPCMessage): void {
    if (this.#mustWait(message)) this.#behind.push(message);
    else this.#pass(message);
  }

  /** Hands on at once whatever waits, because there will be no later. */
  flush(): void {
    for (const message of this.clear()) this.#tell(message);
  }

  /** Forgets what waits. */
  clear(): readonly JSONRPCMessage[] {
    const behind = this.#behind;
    this.#behind = [];
    return behind;
  }

  #mustWait(message: JSONRPCMessage): boolean {
    return this.#behind.length > 0 || (this.#untold > 0 && !isProgress(message));
  }

  #pass(message: JSONRPCMessage): void {
    this.#tell(message);
    if (!isProgress(message)) return;
    this.#untold++;
    queueMicrotask(this.#told);
  }

  readonly #told = (): void => {
    this.#untold--;
    if (this.#untold === 0 && this.#behind.length > 0) for (const message of this.clear()) this.push(message);
  };
}

function isProgress(message: JSONRPCMessage): boolean {
  return 'method' in message && message.method === 'notifications/progress';
}
