import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Linked, LinkedList } from '../../lib/base/linked-list.ts';

class One implements Linked<One> {
  list: object | undefined;
  previous: One | undefined;
  following: One | undefined;
  readonly name: number;

  constructor(name: number) {
    this.name = name;
  }
}

it('keeps its items in the order in which they came, whatever leaves, and once only', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (steps) => {
      const runs = new LinkedList<One>();
      const model = new Map<number, One>();
      for (const step of steps) {
        const known = model.get(step);
        if (known === undefined) {
          const one = new One(step);
          model.set(step, one);
          runs.push(one);
        } else {
          model.delete(step);
          runs.remove(known);
          runs.remove(known);
        }
        expect(Array.from(runs, ({ name }) => name)).toEqual([...model.keys()]);
      }
    }),
  );
});
