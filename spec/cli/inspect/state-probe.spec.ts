import { describe, expect, it } from 'vitest';
import { type StateVerdict, verdictOn } from '../../../lib/cli/inspect/state-probe.ts';

describe('what the answers to one call say, made twice on each of two connections', () => {
  it.each<[StateVerdict, [string, string], [string, string], string]>([
    ['apart', ['1', '2'], ['1', '2'], 'each connection begins anew'],
    ['apart', ['anna', 'anna'], ['ben', 'ben'], 'each connection is somebody'],
    ['shared', ['made', 'there'], ['there', 'there'], 'the other finds what the first has made'],
    ['shared', ['n: 7', 'n: 8'], ['n: 9', 'n: 10'], 'a number grows on'],
    ['shared', ['9 of 100', '8 of 100'], ['7 of 100', '6 of 100'], 'a number falls'],
    ['unseen', ['hi', 'hi'], ['hi', 'hi'], 'nothing differs'],
    ['unclear', ['a', 'b'], ['c', 'd'], 'all are different'],
    ['unclear', ['4', '8'], ['15', '16'], 'numbers without an order'],
    ['unclear', ['1', '2'], ['1', '3'], 'the other begins alike and goes on otherwise'],
    ['unclear', ['a', 'a'], ['a', 'b'], 'only the other one changes'],
  ])('%s: %j, then %j, for %s', (verdict, first, other) => {
    expect(verdictOn(first, other)).toBe(verdict);
  });
});
