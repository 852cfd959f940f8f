import { type Observable, finalize, map, timer } from 'rxjs';
import type { Lease } from '../../../lib/index.ts';
import type { FakeConnection } from '../../support/fake-server.ts';
import { Deliberate } from '../../support/deliberate.ts';
import { type World, drawnCheckout, isExpected, isOn, sleep } from '../world.ts';

/** Lives in promises: its work may fail, be aborted, or lose its connection. */
export async function useUser(world: World): Promise<void> {
  const { draw, ledger, pool } = world;
  for (let question = 0; isOn(world); question++) {
    const options = drawnCheckout(world);
    const work = draw.oneOf<typeof streamed | typeof promised | typeof generated>(streamed, promised, generated);
    const at = performance.now();
    try {
      const answer = await pool.use((_, lease) => work(world, lease, question), options);
      if (answer !== question) ledger.wrong.push(`I17 ${answer} is the answer to ${question}`);
    } catch (error) {
      ledger.fail(error, options, at);
      if (!isExpected(error)) ledger.wrong.push(`I4 ${String(error)}`);
    }
    await sleep(draw.about(8));
  }
}

function streamed({ draw, ledger }: World, lease: Lease<FakeConnection>, answer: number): Observable<number> {
  ledger.take(lease);
  return timer(draw.about(10)).pipe(
    map(() => answer),
    finalize(() => ledger.drop(lease)),
  );
}

/** A promise goes on when the lease is gone; the lease itself tells when it has ended. */
async function promised({ draw, ledger, workplace }: World, lease: Lease<FakeConnection>, n: number): Promise<number> {
  ledger.take(lease);
  lease.revoked$.subscribe({ complete: () => ledger.drop(lease) });
  const end = workplace.begin(lease.connection, 'a promise');
  try {
    // Now and then for longer than anybody waits for it.
    await sleep(draw.about(draw.chance(10) ? 60 : 10));
    if (draw.chance(10)) throw new Deliberate();
    return n;
  } finally {
    end();
  }
}

/** As a promise: the generator goes on to its next value, though nobody wants that any more. */
async function* generated(world: World, lease: Lease<FakeConnection>, answer: number): AsyncGenerator<number> {
  yield answer - 1;
  yield await promised(world, lease, answer);
}
