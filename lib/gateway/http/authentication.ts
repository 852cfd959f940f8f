import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Audit } from '../policy/audit.ts';
import { ANONYMOUS, type PrincipalOf, challengeOf, identify } from '../policy/principal.ts';
import { refusal, refuse } from './refusal.ts';
import { addressOf } from './refusals.ts';

/** Finds out who has sent a request, and refuses those of whom nobody knows it. */
export class Authentication {
  /** How many requests were refused so far. */
  strangers = 0;
  readonly #principalOf: PrincipalOf | undefined;
  readonly #audit: Audit;

  /** Without `principalOf` nobody is asked who he is. */
  constructor(principalOf: PrincipalOf | undefined, audit: Audit) {
    this.#principalOf = principalOf;
    this.#audit = audit;
  }

  /** Calls back with the principal, or answers with 401. */
  identify(request: IncomingMessage, response: ServerResponse, known: (principal: string) => void): void {
    if (this.#principalOf === undefined) {
      known(ANONYMOUS);
      return;
    }
    const { headers, url = '', method = '' } = request;
    const described = { headers, url, method };
    identify(this.#principalOf, described, {
      known: (principal) => {
        // The client may be gone by now.
        if (!response.destroyed) known(principal);
      },
      stranger: (stranger) => {
        this.strangers++;
        this.#audit.tell({ type: 'stranger', at: Date.now(), ...stranger, ...addressOf(response) });
        const challenge = ['www-authenticate', challengeOf(stranger)];
        refuse(response, refusal(401, 'it has to be known who asks', challenge));
      },
    });
  }
}
