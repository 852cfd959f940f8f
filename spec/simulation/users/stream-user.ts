import { type Observable, Subject, defer, finalize, map, of, timer } from 'rxjs';
import { type Lease, withConnection } from '../../../lib/index.ts';
import type { FakeConnection } from '../../support/fake-server.ts';
import { Deliberate } from '../../support/deliberate.ts';
import { type World, drawnCheckout, isExpected, isOn, sleep } from '../world.ts';

/** As many as `withConnection` may hold back. */
const BUFFER = 37;

/** Sends bursts of requests through `withConnection`, and unsubscribes in the middle now and then. */
export async function streamUser(world: World): Promise<void> {
  const { draw } = world;
  while (isOn(world)) {
    const stream = new Stream(world);
    const bursts = draw.between(1, 4);
    for (let i = 0; i < bursts && isOn(world); i++) {
      stream.send(draw.between(1, 6));
      await sleep(draw.about(15));
    }
    await stream.end(draw.chance(30));
    await sleep(draw.about(20));
  }
}

/** One subscription; its requests are numbered. */
class Stream {
  readonly #world: World;
  readonly #requests$ = new Subject<number>();
  readonly #isOrdered: boolean;
  readonly #answers: number[] = [];
  readonly #over: Promise<void>;
  #leave: () => void = () => undefined;
  #sent = 0;
  #settled = 0;

  constructor(world: World) {
    this.#world = world;
    const { draw, ledger, pool } = world;
    this.#isOrdered = draw.chance(40);
    const watched = { state: pool.state, checkout: ledger.checkout.bind(ledger) };
    const settled$ = this.#requests$.pipe(
      withConnection(watched, (_, request, lease) => this.#work(request, lease), {
        settle: true,
        ordered: this.#isOrdered,
        buffer: BUFFER,
        ...(draw.chance(50) ? { concurrency: draw.between(1, 4) } : {}),
        checkout: () => drawnCheckout(world),
      }),
    );
    this.#over = new Promise((resolve) => {
      const subscription = settled$.pipe(finalize(resolve)).subscribe((outcome) => this.#settle(outcome));
      this.#leave = (): void => subscription.unsubscribe();
    });
  }

  send(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#requests$.next(this.#sent++);
    }
  }

  /** Waits for the rest, or leaves. */
  async end(isLeaving: boolean): Promise<void> {
    if (isLeaving) this.#leave();
    else this.#requests$.complete();
    await this.#over;
    const { wrong } = this.#world.ledger;
    if (!isLeaving && this.#settled !== this.#sent) wrong.push(`I4 ${this.#settled} of ${this.#sent} requests settled`);
    const isInOrder = this.#answers.every((answer, i) => i === 0 || answer > (this.#answers[i - 1] ?? 0));
    if (this.#isOrdered && !isInOrder) wrong.push(`I17 answers in the order ${this.#answers.join()}`);
    if (new Set(this.#answers).size !== this.#answers.length) wrong.push('I17 an answer came twice');
  }

  #settle(outcome: PromiseSettledResult<number>): void {
    this.#settled++;
    if (outcome.status === 'fulfilled') this.#answers.push(outcome.value);
    else if (!isExpected(outcome.reason)) this.#world.ledger.wrong.push(`I4 ${String(outcome.reason)}`);
  }

  #work(request: number, lease: Lease<FakeConnection>): Observable<number> {
    const { draw, ledger } = this.#world;
    ledger.take(lease);
    const answer = (): number => {
      // Before the operator gives it back, which may serve the next one at once.
      ledger.drop(lease);
      if (draw.chance(8)) throw new Deliberate();
      return request;
    };
    const answer$ = draw.chance(20) ? defer(() => of(answer())) : timer(draw.about(8)).pipe(map(answer));
    return answer$.pipe(finalize(() => ledger.drop(lease)));
  }
}
