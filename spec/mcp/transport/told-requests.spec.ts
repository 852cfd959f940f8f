import { describe, expect, it } from 'vitest';
import { FIRST_ID, type ToldRequest, ToldRequests } from '../../../lib/mcp/transport/told-requests.ts';

const told = (id: number): ToldRequest => ({ id, method: 'x', outlasts: false }) as ToldRequest;

/** Opens a request; returns its id. */
function open(requests: ToldRequests): number {
  const id = requests.nextId();
  requests.set(told(id));
  return id;
}

describe('the ids of open requests', () => {
  it('are consecutive, also beside one that has been open for long: servers may keep them in 32 bits', () => {
    const requests = new ToldRequests();
    const first = open(requests);
    let last = first;
    for (let i = 0; i < 100_000; i++) {
      last = open(requests);
      expect(requests.delete(last)).toBe(true);
    }
    expect(first).toBe(FIRST_ID);
    expect(last).toBeLessThan(FIRST_ID + 110_000);
    expect(requests.get(first)?.id).toBe(first);
    expect(requests.all.map(({ id }) => id)).toEqual([first]);
  });

  it('are never given twice, and find their request however many are open', () => {
    const requests = new ToldRequests();
    const ids = Array.from({ length: 3000 }, () => open(requests));
    expect(new Set(ids).size).toBe(3000);
    for (const id of ids) expect(requests.get(id)?.id).toBe(id);
    for (const id of ids.filter((_, at) => at % 3 !== 0)) requests.delete(id);
    const more = Array.from({ length: 3000 }, () => open(requests));
    expect(more.every((id) => id > (ids.at(-1) ?? 0))).toBe(true);
    expect(requests.all).toHaveLength(4000);
  });

  it('are those of nothing when it is over, nor are others', () => {
    const requests = new ToldRequests();
    const id = open(requests);
    expect(requests.delete(id)).toBe(true);
    for (const other of [id, id + 1, id + 16, 0, -1, 1.5, NaN, Infinity, 2 ** 60]) {
      expect(requests.get(other)).toBeUndefined();
      expect(requests.delete(other)).toBe(false);
    }
    expect(requests.all).toEqual([]);
  });
});
