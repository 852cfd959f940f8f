import { expect, it } from 'vitest';
import { OutcomeRecorders } from '../../lib/telemetry/outcome-recorders.ts';

it('finds one recorder for equal requests with equal ends, and makes it once', () => {
  const recorders = new OutcomeRecorders();
  let made = 0;
  const recorder = (method: string, tool: string | undefined, status: string, error?: string): unknown =>
    recorders.of(method, tool, { status, error }, () => {
      made++;
      return () => undefined;
    });
  const asked: readonly [string, string | undefined, string, string?][] = [
    ['tools/call', 'x', 'ok'],
    ['tools/call', 'y', 'ok'],
    ['tools/call', undefined, 'ok'],
    ['x', undefined, 'ok'],
    ['tools/call', 'x', 'error'],
    ['tools/call', 'x', 'error', '-32602'],
    ['tools/call', 'x', 'error', 'tool_error'],
  ];
  const first = asked.map((each) => recorder(...each));
  expect(new Set(first).size).toBe(asked.length);
  expect(asked.map((each) => recorder(...each))).toEqual(first);
  expect(made).toBe(asked.length);
});
