import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Listed, OpenRuns } from '../../lib/requests/open-runs.ts';

class One extends Listed {
  readonly name: number;

  constructor(name: number) {
    super();
    this.name = name;
  }
}

it('keeps what is open in the order in which it began, whatever leaves', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (steps) => {
      const runs = new OpenRuns<One>();
      const model = new Map<number, One>();
      for (const step of steps) {
        const known = model.get(step);
        if (known === undefined) {
          const one = new One(step);
          model.set(step, one);
          runs.add(one);
        } else {
          model.delete(step);
          runs.delete(known);
          runs.delete(known);
        }
        expect(Array.from(runs, ({ name }) => name)).toEqual([...model.keys()]);
      }
    }),
  );
});
