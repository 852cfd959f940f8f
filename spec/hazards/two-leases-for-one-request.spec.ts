import { NEVER, Subject, of } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { type Lease, type PoolState, withConnection } from '../../lib/index.ts';
import { outcomeOf } from '../support/outcome.ts';

function leaseOf(id: number, checkin: () => void): Lease<number> {
  const { signal } = new AbortController();
  return { id, connection: id, signal, checkin, destroy: checkin, revoked$: NEVER, [Symbol.dispose]: checkin };
}

it('I14 gives back what another pool leases beyond the first', () => {
  const checkins = [vi.fn(), vi.fn()];
  const leases = checkins.map((checkin, id) => leaseOf(id, checkin));
  const state = { maxSize: 2, maxLeasesPerConnection: 1, maxWaiting: 1 } as PoolState;
  const answers: Subject<string>[] = [];
  const project = () => {
    const answer$ = new Subject<string>();
    answers.push(answer$);
    return answer$;
  };
  const outcome = outcomeOf(of('request').pipe(withConnection({ state, checkout: () => of(...leases) }, project)));
  expect(answers).toHaveLength(1);
  for (const answer$ of answers) answer$.complete();
  expect(outcome).toMatchObject({ errors: 0, completions: 1 });
  for (const checkin of checkins) expect(checkin).toHaveBeenCalledOnce();
});
