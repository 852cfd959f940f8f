import { giveUpAfter } from '../../base/give-up-after.ts';

/** The first message of a client, which has to come within a time, and before anything else. */
export class FirstMessage {
  readonly #timeoutMs: number;
  #isAwaited = true;
  #cancel: () => void = () => undefined;

  /** In milliseconds; `Infinity`: as long as it likes. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Whether it has not come yet. */
  get isAwaited(): boolean {
    return this.#isAwaited;
  }

  /** Begins to wait. */
  await(late: (error: Error) => void): void {
    const ms = this.#timeoutMs;
    if (ms === Infinity) return;
    this.#cancel = giveUpAfter(ms, () => {
      late(new Error(`no message within ${ms} ms (firstMessageTimeoutMs)`));
    });
  }

  /** It has come, or never will. */
  over(): void {
    this.#isAwaited = false;
    this.#cancel();
  }
}
