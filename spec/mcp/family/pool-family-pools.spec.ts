import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeFamily } from '../../support/fake-family.ts';
import { collect } from '../../support/listen.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('tells of the pools that are there and of each other one before it is handed out', async () => {
  const { family, pools } = fakeFamily();
  family.for('before');
  const told = collect(family.pools$);
  expect(told).toEqual([pools[0]]);
  const later = family.for('later');
  expect(told).toEqual([pools[0], later]);
  family.for('before');
  await elapse(0);
  expect(told).toHaveLength(2);
  await family.close();
});

it('tells of what is opened by somebody who is told', async () => {
  const { family, pools } = fakeFamily();
  family.for('a');
  const told: unknown[] = [];
  family.pools$.subscribe((pool) => {
    told.push(pool);
    family.for('b');
  });
  expect(new Set(told)).toEqual(new Set(pools));
  expect(told).toHaveLength(2);
  await family.close();
});

it('completes with the family', async () => {
  const { family } = fakeFamily();
  family.for('a');
  let completed = 0;
  family.pools$.subscribe({ complete: () => completed++ });
  await family.close();
  family.pools$.subscribe({ complete: () => completed++ });
  expect(completed).toBe(2);
});
