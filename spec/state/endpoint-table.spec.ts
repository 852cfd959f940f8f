import { describe, expect, it } from 'vitest';
import type { EndpointRecord } from '../../lib/state/endpoint-record.ts';
import { EndpointTable } from '../../lib/state/endpoint-table.ts';

const fresh = { connections: 0, failures: 0, failedAt: 0, worksSince: 0, setAsides: 0, setAsideUntil: 0 };
const record = (id: string): EndpointRecord => ({ id, ...fresh, restingUntil: 0 });
const names = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `e${from + i}`);
const tableOf = (...ids: string[]) => EndpointTable.of(ids.map(record));
const idsOf = (table: EndpointTable) => table.list().map(({ id }) => id);

describe('EndpointTable', () => {
  it('keeps the order in which endpoints came, whichever go', () => {
    const table = tableOf(...names(0, 200));
    for (const id of names(0, 190)) if (id !== 'e7') table.remove(id);
    table.add(record('e3'));
    expect(idsOf(table)).toEqual(['e7', ...names(190, 200), 'e3']);
    expect(idsOf(table).every((id) => table.get(id)?.id === id)).toBe(true);
    expect(table.length).toBe(12);
  });

  it('has each once, and nothing for who is not there', () => {
    const table = tableOf('a', 'a', 'b');
    table.remove('x');
    table.change('x', (own) => {
      own.failures = 1;
    });
    expect([idsOf(table), table.get('x'), table.get('__proto__')]).toEqual([['a', 'b'], undefined, undefined]);
  });

  it('knows how many are set aside, and all connections', () => {
    const table = tableOf('a', 'b', 'c');
    for (const id of ['a', 'b']) table.change(id, (own) => Object.assign(own, { setAsideUntil: 9, connections: 2 }));
    table.remove('a');
    expect([table.length, table.aside, table.connections]).toEqual([2, 1, 2]);
    table.change('b', (own) => {
      own.setAsideUntil = 0;
    });
    expect(table.aside).toBe(0);
  });

  it('changes no list that was read before', () => {
    const table = tableOf('a', 'b');
    const list = table.list();
    table.change('a', (own) => {
      own.failures = 3;
    });
    table.remove('b');
    expect(list).toEqual([record('a'), record('b')]);
    expect(table.list()).toEqual([{ ...record('a'), failures: 3 }]);
    expect(table.list()).toBe(table.list());
  });

  it('leaves the table that was forked as it was', () => {
    const table = tableOf(...names(0, 100));
    const before = JSON.stringify(table.list());
    const fork = table.fork();
    expect(fork.list()).toBe(table.list());
    for (const id of names(0, 90)) fork.remove(id);
    fork.change('e95', (own) => (own.connections = 1));
    fork.add(record('x'));
    expect(JSON.stringify(table.list())).toBe(before);
    expect([table.get('e1')?.id, table.get('x'), table.get('e95')?.connections]).toEqual(['e1', undefined, 0]);
    expect(idsOf(fork)).toEqual([...names(90, 100), 'x']);
  });

  it('may be gone on from more than once', () => {
    const table = tableOf('a', 'b');
    const [one, other] = [table.fork(), table.fork()];
    one.remove('a');
    one.add(record('x'));
    other.add(record('y'));
    other.change('a', (own) => (own.failures = 1));
    const third = one.fork();
    third.remove('x');
    one.add(record('z'));
    expect([one, other, third, table].map(idsOf)).toEqual([['b', 'x', 'z'], ['a', 'b', 'y'], ['b'], ['a', 'b']]);
    expect([other.get('y')?.id, one.get('y'), third.get('b')?.id, table.get('a')?.failures]).toEqual([
      'y',
      undefined,
      'b',
      0,
    ]);
  });
});
