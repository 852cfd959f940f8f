import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Observable, Subscription } from 'rxjs';
import { listen } from '../support/listen.ts';
import { Blind, type Observed } from './observer.ts';

/** Subscribes to one stream after the other at one turn, and leaves them at later ones. */
export class PasserBy extends Blind {
  readonly #pool: Observed;
  readonly #present: Subscription[] = [];
  #turns = 0;

  constructor(pool: Observed) {
    super();
    this.#pool = pool;
  }

  override turn(): void {
    const turn = this.#turns++;
    if (turn % 3 === 2) this.#present.shift()?.unsubscribe();
    else this.#present.push(listen<unknown>(this.#stream(turn), () => this.seen.push('something')));
    if (turn % 4 === 1) subscribe('rx-mcp-pool:event', this.#hear);
    if (turn % 4 === 3) unsubscribe('rx-mcp-pool:event', this.#hear);
  }

  override end(): void {
    unsubscribe('rx-mcp-pool:event', this.#hear);
  }

  readonly #hear = (): void => {
    this.seen.push('an event');
  };

  #stream(turn: number): Observable<unknown> {
    const { events$, state$, metrics$, pressure$ } = this.#pool;
    return [events$, state$, metrics$, pressure$][turn % 4] ?? events$;
  }
}
