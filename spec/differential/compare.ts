import type { Trace } from './performance.ts';

/** How many lines before a difference are quoted. */
const CONTEXT = 12;

/** Throws where something other came of a script than came of it before. `how`: what was different this time. */
export function expectSame(before: Trace, now: Trace, how: string): void {
  now.states.forEach((states, i) => {
    for (const state of states) expectState(before.states[i]?.[0] ?? state, state, `${how}: at look ${i}`);
  });
  const length = Math.max(before.lines.length, now.lines.length);
  for (let i = 0; i < length; i++) {
    if (before.lines[i] === now.lines[i]) continue;
    const context = before.lines.slice(Math.max(0, i - CONTEXT), i).join('\n');
    throw new Error(
      `${how}: after\n${context}\ncame\n  ${now.lines[i] ?? 'nothing'}\ninstead of\n  ${before.lines[i] ?? 'nothing'}`,
    );
  }
}

/** Names the fields that differ; the rest of a state would only hide them. */
function expectState(before: string, now: string, where: string): void {
  if (before === now) return;
  const [was, is] = [JSON.parse(before), JSON.parse(now)] as [object, object];
  const different = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((key) => ({ key, was: JSON.stringify(Reflect.get(was, key)), is: JSON.stringify(Reflect.get(is, key)) }))
    .filter((field) => field.was !== field.is);
  throw new Error(`${where} the state differs: ${JSON.stringify(different, undefined, 2)}`);
}
