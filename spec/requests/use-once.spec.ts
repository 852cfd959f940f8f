import { NEVER, of, range, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Work, useOnce } from '../../lib/requests/use-once.ts';
import { held } from '../support/held-lease.ts';

describe('useOnce', () => {
  it.each<[string, Work<string, unknown>, unknown]>([
    ['the last value', () => range(1, 3), 3],
    ['undefined when there is none', () => range(1, 3).pipe(take(0)), undefined],
    ['what a promise brings', (connection) => Promise.resolve(`${connection}!`), 'connection!'],
  ])('resolves with %s', async (_, work, value) => {
    const { lease, ended } = held();
    await expect(useOnce(of(lease), work)).resolves.toBe(value);
    expect(ended).toEqual(['checkin']);
  });

  it('rejects as the work or the checkout fails', async () => {
    const error = new Error('no');
    const failing$ = throwError(() => error);
    await expect(useOnce(of(held().lease), () => failing$)).rejects.toBe(error);
    await expect(useOnce(failing$, () => NEVER)).rejects.toBe(error);
  });

  it('rejects with the reason of its signal and checks in', async () => {
    const { lease, ended } = held();
    const controller = new AbortController();
    const used = useOnce(of(lease), () => NEVER, { signal: controller.signal });
    controller.abort('enough');
    await expect(used).rejects.toBe('enough');
    expect(ended).toEqual(['checkin']);
  });

  it('does not mind a signal that is aborted afterwards', async () => {
    const controller = new AbortController();
    await expect(useOnce(of(held().lease), () => of(1), { signal: controller.signal })).resolves.toBe(1);
    controller.abort();
  });
});
