import { type Observable, concatMap, lastValueFrom, of, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { EarlyExits } from '../../../lib/mcp/connection/early-exits.ts';
import { type Exit, ExitFailure, LastingExit } from '../../../lib/mcp/failures/exit-failure.ts';
import { stdio } from '../../../lib/mcp/lines/stdio.ts';
import { rejectionOf } from '../../support/rejection-of.ts';

function exit(exit: Partial<Exit> = {}): ExitFailure {
  return new ExitFailure({ code: 1, signal: null, said: undefined, ageMs: 100, ...exit });
}

describe('ExitFailure', () => {
  it('says how the server ended, and what it said', () => {
    expect(exit().message).toBe('the server exited with code 1');
    expect(exit({ code: null, signal: 'SIGSEGV', said: 'no key' }).message).toBe(
      'the server was ended by SIGSEGV: no key',
    );
  });

  it('is one at once where the server ended by itself within seconds', () => {
    const atOnce = [{}, { ageMs: 4900 }, { code: 0 }, { code: null, signal: 'SIGABRT' }] as const;
    expect(atOnce.map((one) => exit(one).isAtOnce)).toEqual([true, true, true, true]);
    const otherwise = [{ ageMs: 5000 }, { code: null, signal: 'SIGKILL' }, { code: null, signal: 'SIGTERM' }] as const;
    expect(otherwise.map((one) => exit(one).isAtOnce)).toEqual([false, false, false]);
  });

  it.each([
    ['[2026-12-01T03:36:05.123Z] ERROR no key', '[2026-12-02T13:00:00.001Z] ERROR no key'],
    ['03:36:05,123 no key in 41234', '13:00:00,001 no key in 41235'],
    ['no such container 7f3a9c01be52', 'no such container 0c11d2e3f4a5'],
    [undefined, undefined],
  ])('is like another that differs in what passes: %s', (one, other) => {
    expect(exit({ said: one }).isLike(exit({ said: other }))).toBe(true);
  });

  it.each([
    [{ said: 'no key' }, { said: 'no database' }],
    [{ said: 'no key' }, {}],
    [{ code: 1 }, { code: 2 }],
    [
      { code: null, signal: 'SIGABRT' },
      { code: null, signal: 'SIGSEGV' },
    ],
    [{ said: 'attempt 1 failed' }, { said: 'attempt 2 failed' }],
  ] as const)('is not like another that has another reason: %o, %o', (one, other) => {
    expect(exit(one).isLike(exit(other))).toBe(false);
  });
});

describe('EarlyExits', () => {
  const server = stdio({ command: 'server' });
  const failing = (failure: Error, ms = 0): Observable<never> =>
    timer(ms).pipe(concatMap(() => throwError(() => failure)));

  async function outcomes(...openings: readonly (Error | 'up')[]): Promise<boolean[]> {
    const exits = new EarlyExits();
    const lasting: boolean[] = [];
    for (const opening of openings) {
      const opening$ = exits.watch(server, opening === 'up' ? of('up') : failing(opening));
      lasting.push((await lastValueFrom(opening$).catch((error: unknown) => error)) instanceof LastingExit);
    }
    return lasting;
  }

  it('calls the second of a kind lasting, and those after it', async () => {
    expect(await outcomes(exit(), exit(), exit())).toEqual([false, true, true]);
  });

  it.each([
    ['one that came up', 'up'],
    ['one of another kind', exit({ code: 2 })],
    ['one that came later than at once', exit({ ageMs: 6000 })],
    ['another failure', new Error('connecting was refused')],
  ] as const)('begins anew after %s', async (_, between) => {
    expect(await outcomes(exit(), between, exit())).toEqual([false, false, false]);
  });

  it('counts those that began side by side once', async () => {
    const exits = new EarlyExits();
    const both = [1, 2].map((ms) => rejectionOf(lastValueFrom(exits.watch(server, failing(exit(), ms)))));
    expect((await Promise.all(both)).map((error) => error instanceof LastingExit)).toEqual([false, false]);
    expect(await rejectionOf(lastValueFrom(exits.watch(server, failing(exit()))))).toBeInstanceOf(LastingExit);
  });

  it('does not take one server for another', async () => {
    const exits = new EarlyExits();
    for (const other of [server, stdio({ command: 'server' })]) {
      expect(await rejectionOf(lastValueFrom(exits.watch(other, failing(exit()))))).not.toBeInstanceOf(LastingExit);
    }
  });

  it('keeps what it said, and the exit as its cause', async () => {
    const exits = new EarlyExits();
    const last = exit({ said: 'no key' });
    for (const one of [exit({ said: 'no key' }), last]) {
      await rejectionOf(lastValueFrom(exits.watch(server, failing(one))));
    }
    expect(last.asLasting()).toMatchObject({
      message: 'the server exited with code 1, at once and twice in a row: no key',
      cause: last,
    });
  });
});
