import { expect, it } from 'vitest';
import { isConformant, tableOf, verdictsOf } from './verdict.ts';

const output = `Running requirements 2026-07-28 (4 scenarios) in parallel...

=== SUITE SUMMARY ===

✓ tools_call: 2 passed, 0 failed
✗ auth/scope-step-up: 26 passed, 1 failed, 2 warnings
    - Escalation: no second request
✗ auth/dpop: 11 passed, 2 failed
    - DpopAuthScheme: a non-DPoP scheme (Bearer)
    - DpopFreshProof: missing
✗ initialize: 0 passed, 0 failed, 1 warnings

Total: 39 passed, 3 failed, 3 warnings

Not scored for 2026-07-28: 1 scenario(s) run, 1 failing. These do not affect conformance.
  ✗ auth/dpop (extension)
`;

it('reads each scenario, with the checks that failed and why it does not count', () => {
  expect(verdictsOf(output)).toEqual([
    { scenario: 'tools_call', passed: 2, failed: 0, warnings: 0, isGood: true, unscored: undefined, failures: [] },
    {
      scenario: 'auth/scope-step-up',
      passed: 26,
      failed: 1,
      warnings: 2,
      isGood: false,
      unscored: undefined,
      failures: ['Escalation: no second request'],
    },
    {
      scenario: 'auth/dpop',
      passed: 11,
      failed: 2,
      warnings: 0,
      isGood: false,
      unscored: 'extension',
      failures: ['DpopAuthScheme: a non-DPoP scheme (Bearer)', 'DpopFreshProof: missing'],
    },
    { scenario: 'initialize', passed: 0, failed: 0, warnings: 1, isGood: false, unscored: undefined, failures: [] },
  ]);
});

it('finds nothing in the words of a suite that broke off', () => {
  expect(verdictsOf('Client test error: out of memory')).toEqual([]);
});

it('makes a line of each, and counts those that are scored', () => {
  const lines = tableOf('2026-07-28', verdictsOf(output)).split('\n');
  expect(lines[0]).toBe('2026-07-28');
  expect(lines[1]).toMatch(/^ {2}pass {2}tools_call +2 passed +0 failed +0 warnings$/);
  expect(lines[4]).toMatch(/^ {2}FAIL {2}auth\/dpop +11 passed +2 failed +0 warnings {2}\(not scored: extension\)$/);
  expect(lines.at(-2)).toBe('  1 of 3 scored scenarios pass');
});

it('is conformant when as many scenarios pass as count, whatever becomes of the others', () => {
  const [passed, , unscored] = verdictsOf(output);
  const all = [...Array<typeof passed>(32).fill(passed), unscored].flatMap((verdict) => verdict ?? []);
  expect(isConformant('client', '2026-07-28', all)).toBe(true);
  expect(isConformant('client', '2026-07-28', all.slice(1))).toBe(false);
  expect(isConformant('client', '2025-11-25', [])).toBe(false);
});

it('is not conformant when a scenario that counts fails, or none ran of a revision that nobody knows', () => {
  const verdicts = verdictsOf(output);
  expect(isConformant('client', '2030-01-01', verdicts)).toBe(false);
  expect(isConformant('client', '2030-01-01', verdicts.slice(0, 1))).toBe(true);
  expect(isConformant('client', '2030-01-01', [])).toBe(false);
});
