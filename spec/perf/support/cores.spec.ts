import { expect, it } from 'vitest';
import { listedIn } from '../../../perf/support/cores.ts';

it.each([
  ['0,1', ['0', '1']],
  ['0-3', ['0', '1', '2', '3']],
  ['2-3,6,8-9', ['2', '3', '6', '8', '9']],
  ['5', ['5']],
  ['', []],
])('reads the cores of "%s"', (list, cores) => {
  expect(listedIn(list)).toEqual(cores);
});
