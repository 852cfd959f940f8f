import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/** Requests remembered at most; a server does not answer most of them, and who is that late is not waited for. */
const mostRemembered = 1000;

/** The requests of one connection that were cancelled and may yet be answered. */
export class CancelledRequests {
  // A set keeps the order of insertion, so its first is the oldest.
  readonly #ids = new Set<unknown>();
  #lateAnswers = 0;

  /** Answers so far that came after their request was cancelled. */
  get lateAnswers(): number {
    return this.#lateAnswers;
  }

  /** To be shown every message that is sent. */
  sent(message: JSONRPCMessage): void {
    if (!('method' in message) || message.method !== 'notifications/cancelled') return;
    this.#ids.add(message.params?.['requestId']);
    if (this.#ids.size > mostRemembered) this.#ids.delete(this.#ids.values().next().value);
  }

  /** Whether a message that was received is the answer to one of them, and so is nobody's. */
  isLateAnswer(message: JSONRPCMessage): boolean {
    if (this.#ids.size === 0 || 'method' in message || !this.#ids.delete(message.id)) return false;
    this.#lateAnswers++;
    return true;
  }
}
