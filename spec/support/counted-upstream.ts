import { NEVER, Observable, finalize, ignoreElements, timer } from 'rxjs';
import type { PoolOptions } from '../../lib/index.ts';

/**
 * How long a server takes, in milliseconds, how often its connects fail (one in so many, 0 for none), and when its connections
 * die (`Infinity`: never).
 */
export interface UpstreamBehaviour {
  readonly connectMs: number;
  readonly closeMs: number;
  readonly failsOneIn: number;
  readonly diesAfterMs: number;
}

/** A server that counts what it has to do with at once: what is being opened, is open, and is being closed. */
export class CountedUpstream {
  count = 0;
  most = 0;
  readonly #behaviour: UpstreamBehaviour;
  #connects = 0;

  constructor(behaviour: UpstreamBehaviour) {
    this.#behaviour = behaviour;
  }

  get connector(): Pick<PoolOptions<number>, 'connect' | 'close' | 'down'> {
    const { diesAfterMs } = this.#behaviour;
    const down = (): Observable<unknown> => (diesAfterMs === Infinity ? NEVER : timer(diesAfterMs));
    return { connect: ({ id }) => this.#connect(id), close: () => this.#close(), down };
  }

  #connect(id: number): Observable<number> {
    const { connectMs, failsOneIn } = this.#behaviour;
    return new Observable((subscriber) => {
      this.most = Math.max(this.most, ++this.count);
      let isOpen = false;
      const fails = failsOneIn > 0 && ++this.#connects % failsOneIn === 0;
      const timeout = setTimeout(() => {
        isOpen = !fails;
        if (fails) subscriber.error(new Error('refused'));
        else subscriber.next(id);
      }, connectMs);
      return () => {
        clearTimeout(timeout);
        // What is up ends with its close.
        if (!isOpen) this.count--;
      };
    });
  }

  #close(): Observable<never> {
    return timer(this.#behaviour.closeMs).pipe(
      ignoreElements(),
      finalize(() => this.count--),
    );
  }
}
