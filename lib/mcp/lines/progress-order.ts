import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/**
 * Hands messages on so that progress reaches the caller before the answer does. The SDK passes progress on a microtask
 * later, and forgets the caller as soon as it has the answer. So what comes after progress in the same turn waits until
 * the progress has been passed on.
 */
export class ProgressOrder {
  readonly #tell: (message: JSONRPCMessage) => void;
  #behind: JSONRPCMessage[] = [];
  /** How many progress messages the SDK has not passed on yet. */
  #untold = 0;

  constructor(tell: (message: JSONRPCMessage) => void) {
    this.#tell = tell;
  }

  push(message: JSONRPCMessage): void {
    if (this.#mustWait(message)) this.#behind.push(message);
    else this.#pass(message);
  }

  /** Hands on at once what waits: the connection has ended, so there is no later. */
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
