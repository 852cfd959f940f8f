import { expect, it } from 'vitest';
import { type ToolRules, toolFilter, toolTimeoutOf } from '../../../lib/mcp/config/tool-rules.ts';

it.each<[boolean, string, ToolRules]>([
  [true, 'x', {}],
  [true, 'x', { allow: ['x'] }],
  [false, 'xy', { allow: ['x'] }],
  [false, 'x', { allow: [] }],
  [true, 'read_file', { allow: ['write_*', 'read_*'] }],
  [true, 'read_', { allow: ['read_*'] }],
  [false, 'unread_file', { allow: ['read_*'] }],
  [false, 'Read_file', { allow: ['read_*'] }],
  [true, 'a.b', { allow: ['a.b'] }],
  [false, 'axb', { allow: ['a.b'] }],
  [true, 'files__read_all', { allow: ['files__*_all'] }],
  [true, 'x', { allow: ['*'] }],
  [true, 'abcabc', { allow: ['a*b*c'] }],
  [false, 'acb', { allow: ['a*b*c'] }],
  // No character counts twice.
  [false, 'aba', { allow: ['ab*ba'] }],
  [true, 'abba', { allow: ['ab*ba'] }],
  [true, 'ab', { allow: ['a**b'] }],
  [false, 'read_and_delete', { allow: ['read_*'], deny: ['*delete*'] }],
  [false, 'delete', { deny: ['*delete*'] }],
  [true, 'read', { deny: ['*delete*'] }],
  [false, 'x', { allow: ['x'], deny: ['x'] }],
])('says %j of %s by %j', (expected, tool, rules) => {
  expect(toolFilter(rules)(tool)).toBe(expected);
});

it('takes no longer for texts that are made to take long', () => {
  const filter = toolFilter({ allow: [`${'*a'.repeat(30)}*b`] });
  expect(filter('a'.repeat(4 * 1024 * 1024))).toBe(false);
});

it.each([{ timeoutMs: -1 }, { timeoutMs: '60' }, { timeoutMs: Number.NaN }])('knows no such time: %j', (rules) => {
  expect(() => toolTimeoutOf(rules as ToolRules)).toThrow(/tools\.timeoutMs must be/);
});

it('has no limit without a time, with none, and with endless time', () => {
  const all = [{}, { timeoutMs: 0 }, { timeoutMs: Infinity }, { timeoutMs: 5 }].map(toolTimeoutOf);
  expect(all).toEqual([undefined, undefined, undefined, 5]);
});

it.each([{ allow: 'x' }, { allow: [''] }, { deny: [7] }, { deny: {} }])('refuses %j', (rules) => {
  expect(() => toolFilter(rules as unknown as ToolRules)).toThrow(TypeError);
});
