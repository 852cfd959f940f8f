import assert from 'node:assert/strict';
import type { PoolState } from '../../lib/index.ts';
import { Deliberate } from '../support/deliberate.ts';
import { listen } from '../support/listen.ts';
import { Cast } from './cast.ts';
import type { Library } from './library.ts';
import type { Observer } from './observer.ts';
import type { Acting, Deed } from './script.ts';
import type { Stage } from './stage.ts';

/** A snapshot that somebody keeps, and what it was when it was taken. */
interface Kept {
  readonly state: PoolState;
  readonly json: string;
}

/** Does deeds, as commands or out of callbacks. */
export class Doer {
  readonly cast: Cast;
  /** Those who come and go when it is their turn. */
  observers: readonly Observer[] = [];
  readonly #stage: Stage;
  readonly #tell: (line: string) => void;
  readonly #kept: Kept[] = [];

  constructor(library: Library, stage: Stage, tell: (line: string) => void) {
    this.#stage = stage;
    this.#tell = tell;
    this.cast = new Cast(library, stage, tell, this.doAll.bind(this));
  }

  doAll(deeds: readonly Deed[]): void {
    for (const deed of deeds) this.do(deed);
  }

  do({ deed, n }: Deed): void {
    switch (deed) {
      case 'kill':
      case 'sicken':
      case 'refuse':
      case 'list':
      case 'resize':
        this.#stage[deed](n);
        return;
      case 'retry':
        this.#stage.pool.retry();
        return;
      case 'close':
        void this.#stage.pool.close({ timeoutMs: [0, 10, Infinity][n % 3] ?? 0 });
        return;
      case 'ask':
      case 'try':
        this.cast.ask({ how: deed === 'ask' ? 'observer' : 'try', work: 'value', then: [] });
        return;
      case 'why':
        this.#why(n);
        return;
      case 'hold':
        this.#hold();
        return;
      case 'turn':
        for (const observer of this.observers) observer.turn();
        return;
      case 'throw':
        throw new Deliberate();
      case 'checkin':
      case 'misuse':
      case 'destroy':
      case 'leave':
      case 'abort':
      case 'watch':
      case 'finish':
      case 'fail':
        this.cast.do(deed, n);
    }
  }

  /** Has somebody subscribe who does one of the deeds at every so many notifications. */
  listen({ stream, every, deeds }: Acting): void {
    const left = [...deeds];
    let heard = 0;
    listen<unknown>(this.#stage.pool[stream], () => {
      if (++heard % every !== 0) return;
      const deed = left.shift();
      if (deed !== undefined) this.do(deed);
    });
  }

  /** I15: throws where a snapshot has changed. */
  end(): void {
    for (const { state, json } of this.#kept) assert.equal(JSON.stringify(state), json, 'I15 a snapshot has changed');
  }

  #hold(): void {
    const { state } = this.#stage.pool;
    const json = JSON.stringify(state);
    this.#kept.push({ state, json });
    this.#tell(`held ${json}`);
  }

  #why(n: number): void {
    const { pool } = this.#stage;
    this.#tell(JSON.stringify([pool.why({ waiter: n }), pool.why({ lease: n }), pool.why({ connection: n })]));
  }
}
