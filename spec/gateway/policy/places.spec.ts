import { expect, it } from 'vitest';
import { Places } from '../../../lib/gateway/policy/places.ts';

it('gives each principal its share, and all together no more than there is', () => {
  const places = new Places({ max: 3, perPrincipal: 2 });
  places.take('ann');
  places.take('ann');
  expect([places.fault('ann'), places.fault('bob')]).toEqual(['own', undefined]);
  places.take('bob');
  expect([places.fault('ann'), places.fault('bob')]).toEqual(['all', 'all']);
  places.free('ann');
  expect([places.fault('ann'), places.fault('bob')]).toEqual([undefined, undefined]);
  places.free('bob');
  places.free('ann');
  places.take('bob');
  places.take('bob');
  expect([places.fault('ann'), places.fault('bob')]).toEqual([undefined, 'own']);
});
