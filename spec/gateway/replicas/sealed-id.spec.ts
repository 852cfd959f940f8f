import { describe, expect, it } from 'vitest';
import { SealedIds, digestOf } from '../../../lib/gateway/replicas/sealed-id.ts';

const facts = {
  ...{ node: 'abcdefgh', session: 'b3b8', principal: digestOf('ann'), capabilities: '{"sampling":{}}' },
  ...{ version: '2025-11-25', until: 1_800_000_000_000 },
};
const [old, young] = ['a key of sixteen or more', 'another key, which is newer'];

describe('the id of a session', () => {
  it('says to whoever has the key what it was made of, and is another one each time', () => {
    const ids = new SealedIds([old]);
    const [one, other] = [ids.seal(facts), ids.seal(facts)];
    expect(one).not.toBe(other);
    expect(one).toMatch(/^[\w-]+$/);
    expect(one.length).toBeLessThan(250);
    expect([ids.open(one), ids.open(other)]).toEqual([facts, facts]);
  });

  it('can be read with any of the keys, and is sealed with the first', () => {
    const sealed = new SealedIds([old]).seal(facts);
    expect(new SealedIds([young, old]).open(sealed)).toEqual(facts);
    expect(new SealedIds([young]).open(sealed)).toBeUndefined();
    const renewed = new SealedIds([young, old]).seal(facts);
    expect(new SealedIds([old]).open(renewed)).toBeUndefined();
  });

  it('is nothing where any of it was changed, or it was never one', () => {
    const ids = new SealedIds([old]);
    const sealed = ids.seal(facts);
    for (let n = 0; n < sealed.length; n += 7) {
      const changed = sealed.slice(0, n) + (sealed[n] === 'A' ? 'B' : 'A') + sealed.slice(n + 1);
      expect(ids.open(changed)).toBeUndefined();
    }
    for (const text of ['', 'x', sealed.slice(0, 30), `${sealed}A`, 'ä'.repeat(200), 'A'.repeat(5000)]) {
      expect(ids.open(text)).toBeUndefined();
    }
  });

  it.each([[[]], [['short']], [[17 as unknown as string]]])('refuses the keys %o', (keys) => {
    expect(() => new SealedIds(keys)).toThrow(TypeError);
  });
});
