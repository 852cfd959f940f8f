import { expect, it } from 'vitest';
import { type Allow, ToolAccess } from '../../../lib/gateway/policy/tool-access.ts';

const list = { tools: [{ name: 'a' }, { name: 'b', odd: 1 }], nextCursor: 'n', odd: 2 };

it('shows of a list what may be called, and leaves all else as it is', () => {
  const access = new ToolAccess({ deny: ['a'] });
  expect(access.shown('ann', list)).toEqual({ tools: [{ name: 'b', odd: 1 }], nextCursor: 'n', odd: 2 });
  expect(new ToolAccess({ deny: ['c'] }).shown('ann', list)).toBe(list);
  for (const other of [null, 'x', { tools: 7 }, {}]) expect(access.shown('ann', other)).toBe(other);
  expect(access.shown('ann', { tools: [null, 7, { name: 7 }] })).toEqual({ tools: [] });
});

it('asks the function for each principal, after the rules', () => {
  const asked: unknown[] = [];
  const allow: Allow = (...args) => asked.push(args) > 0 && args[0] === 'ann';
  const access = new ToolAccess({ deny: ['a'] }, allow);
  expect([access.permits('ann', 'a'), access.permits('ann', 'b'), access.permits('bob', 'b')]).toEqual([
    false,
    true,
    false,
  ]);
  expect(asked).toEqual([
    ['ann', 'b'],
    ['bob', 'b'],
  ]);
});

it('takes nothing but true for a yes, and only texts for names', () => {
  const answers: unknown[] = [undefined, 1, 'yes', Promise.resolve(true)];
  for (const answer of answers) expect(new ToolAccess({}, () => answer as boolean).permits('ann', 'a')).toBe(false);
  const failing = new ToolAccess({}, () => {
    throw new Error('no idea');
  });
  expect(failing.permits('ann', 'a')).toBe(false);
  for (const name of [undefined, 7, ['a'], { toString: () => 'a' }]) {
    expect(new ToolAccess({}).permits('ann', name)).toBe(false);
  }
});
