import type { ServerResponse } from 'node:http';
import type { Audit, RefusalReason } from '../policy/audit.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Refuses requests, counts them by the reason, and has the audit tell of them. */
export class Refusals {
  /** How many requests were refused so far. */
  readonly counts: Readonly<Record<RefusalReason, number>>;
  readonly #counts = { host: 0, origin: 0, session: 0, size: 0, limit: 0, closing: 0, malformed: 0 };
  readonly #audit: Audit;

  constructor(audit: Audit) {
    this.#audit = audit;
    this.counts = this.#counts;
  }

  /** `id`: the request's own, where it is known; `principal`: who has asked, likewise. */
  refuse(response: ServerResponse, refusal: Refusal, id?: unknown, principal?: string): void {
    const { reason = 'malformed', status } = refusal;
    this.#counts[reason]++;
    if (this.#audit.isHeard) {
      const who = principal !== undefined && { principal };
      this.#audit.tell({ type: 'refused', at: Date.now(), ...who, reason, status, ...addressOf(response) });
    }
    refuse(response, refusal, id);
  }
}

/** Where the request comes from, as the audit tells it; empty where the client is gone. */
export function addressOf({ req }: ServerResponse): { readonly address?: string } {
  const { remoteAddress } = req.socket;
  return remoteAddress === undefined ? {} : { address: remoteAddress };
}
