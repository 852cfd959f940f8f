import { afterEach, beforeEach, expect, it } from 'vitest';
import { report, reporting } from '../../lib/base/report.ts';
import { reportedErrors } from '../support/reported.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

const reported = reportedErrors();

beforeEach(stopTime);
afterEach(resumeTime);

it('hands an error to RxJS, and what is none in one', async () => {
  const error = new Error('an error');
  report(error);
  report('a text');
  await elapse(1);
  expect(reported).toEqual([error, new Error('a text')]);
});

it('reports what a function throws, and lets it do its work', async () => {
  const told: number[] = [];
  const tell = reporting((value: number) => {
    told.push(value);
    throw new RangeError('thrown');
  });
  tell(1);
  tell(2);
  await elapse(1);
  expect(told).toEqual([1, 2]);
  expect(reported).toEqual([new RangeError('thrown'), new RangeError('thrown')]);
});
