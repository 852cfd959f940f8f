import { describe, expect, it } from 'vitest';
import { Layers } from '../../../lib/mcp/client/layers.ts';

/** Who has set what is in force. */
function layered() {
  const layers = new Layers();
  let inForce = 'nothing';
  const put = (what: string) => () => {
    inForce = what;
  };
  const [a, b] = [{}, {}];
  return {
    a,
    b,
    base: (what: string) => layers.base('x', put(what)),
    set: (owner: object, what: string) => layers.set(owner, 'x', put(what), put('nothing')),
    drop: (owner: object) => layers.drop(owner),
    now: () => inForce,
    layers,
  };
}

describe('Layers', () => {
  it('puts what was set last in force, and what lies beneath when its owner leaves', () => {
    const { a, b, base, set, drop, now } = layered();
    base('pool');
    set(a, 'a');
    set(b, 'b');
    expect(now()).toBe('b');
    drop(b);
    expect(now()).toBe('a');
    drop(a);
    expect(now()).toBe('pool');
  });

  it('never puts in force again what somebody has set who left', () => {
    const { a, b, set, drop, now } = layered();
    set(a, 'a');
    set(b, 'b');
    set(a, 'a again');
    set(b, 'b again');
    drop(a);
    expect(now()).toBe('b again');
    drop(b);
    drop(b);
    expect(now()).toBe('nothing');
  });

  it('keeps what the pool sets for later while a holder has set another', () => {
    const { a, base, set, drop, now } = layered();
    set(a, 'a');
    base('pool');
    expect(now()).toBe('a');
    drop(a);
    expect(now()).toBe('pool');
  });

  it('keeps nothing that was refused', () => {
    const { a, b, layers, set, drop, now } = layered();
    const refuse = () => {
      throw new Error('refused');
    };
    set(b, 'b');
    expect(() => layers.set(a, 'x', refuse, refuse)).toThrow('refused');
    drop(a);
    expect(now()).toBe('b');
  });
});
