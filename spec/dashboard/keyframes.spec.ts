import { expect, it } from 'vitest';
import { Keyframes } from '../../lib/dashboard/keyframes.ts';
import type { KeyframeView } from '../../lib/dashboard/protocol.ts';
import { gaugesOf, viewOf } from '../../lib/dashboard/view.ts';
import { opened, stateAfter, up } from '../support/pool-log.ts';

const state = stateAfter(opened(), ...up(0, 1));

function view(version: number): KeyframeView {
  return { ...viewOf(1, state, gaugesOf(state), 1000 * version), version, endpoints: [] };
}

it('finds the last one up to a version and up to an instant, or else the first', () => {
  const keyframes = new Keyframes();
  expect([keyframes.upTo(5), keyframes.first, keyframes.last]).toEqual([undefined, undefined, undefined]);
  for (const version of [10, 20, 30]) keyframes.add(view(version));
  expect([5, 10, 29, 99].map((version) => keyframes.upToVersion(version)?.version)).toEqual([10, 10, 20, 30]);
  expect([5, 10_000, 29_999, 99_999].map((at) => keyframes.upTo(at)?.version)).toEqual([10, 10, 20, 30]);
  expect(keyframes.upTo(20_000)).toEqual(view(20));
  expect([keyframes.first?.version, keyframes.last?.at]).toEqual([10, 30_000]);
  keyframes.clear();
  expect(keyframes.first).toBeUndefined();
});

it('keeps a quarter of an hour of seconds', () => {
  const keyframes = new Keyframes();
  for (let version = 1; version <= 1000; version++) keyframes.add(view(version));
  expect([keyframes.first?.version, keyframes.last?.version]).toEqual([101, 1000]);
});
