import { giveUpAfter } from '../../base/give-up-after.ts';

/** The rule that a client begins with a message, and within a certain time. */
export class FirstMessage {
  readonly #timeoutMs: number;
  #isAwaited = true;
  #cancel: () => void = () => undefined;

  /** In milliseconds; `Infinity`: as long as it likes. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Whether the first message has yet to come. */
  get isAwaited(): boolean {
    return this.#isAwaited;
  }

  /** Begins to wait for the first message. */
  await(late: (error: Error) => void): void {
    const ms = this.#timeoutMs;
    if (ms === Infinity) return;
    this.#cancel = giveUpAfter(ms, () => {
      late(new Error(`no message within ${ms} ms (firstMessageTimeoutMs)`));
    });
  }

  /** To be called when it has come, or the connection has ended. */
  over(): void {
    this.#isAwaited = false;
    this.#cancel();
  }
}
