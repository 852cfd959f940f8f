import type { OpenExchange } from './outgoing.ts';

/** The exchanges that are open, in no order. Each knows its place, so that it is found without the tables of a set. */
export class OpenExchanges {
  readonly #all: OpenExchange[] = [];

  /** Those that are open now, whatever becomes of them meanwhile. */
  get all(): readonly OpenExchange[] {
    return [...this.#all];
  }

  add(exchange: OpenExchange): void {
    exchange.place = this.#all.push(exchange) - 1;
  }

  delete(exchange: OpenExchange): void {
    const { place } = exchange;
    if (this.#all[place] !== exchange) return;
    const last = this.#all.pop();
    if (last === undefined || last === exchange) return;
    this.#all[place] = last;
    last.place = place;
  }
}
