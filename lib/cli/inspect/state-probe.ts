import type { FreshConnection } from '../server/fresh-connections.ts';
import type { Probe } from './probe.ts';
import type { McpRequest } from '../../mcp/transport/mcp-request.ts';
import { CALL_MS } from './subject.ts';

/**
 * What two connections have in common, as far as a tool shows it. `apart`: each has a state of its own; `shared`: one sees
 * what the other has done; `unseen`: all answers are the same; `unclear`: they differ in a way that says nothing.
 */
export type StateVerdict = 'apart' | 'shared' | 'unseen' | 'unclear';

/** Whether two connections share what a tool shows, of which each is called twice. */
export const stateProbe: Probe<StateVerdict> = {
  title: 'comparing two connections',
  withinMs: 150_000,
  skip: ({ probe }) => (probe === undefined ? 'name a tool that shows it with --probe' : undefined),
  run: async (connections, { probe }) => {
    if (probe === undefined) throw new Error('there is no tool to call');
    // Both are there before anything happens, as in a pool.
    const one = await connections.open();
    const other = await connections.open();
    const first = [await told(one, probe), await told(one, probe)] as const;
    return verdictOn(first, [await told(other, probe), await told(other, probe)]);
  },
};

async function told({ call }: FreshConnection, probe: McpRequest): Promise<string> {
  const { content, structuredContent, isError } = await call(probe, CALL_MS);
  return JSON.stringify([content, structuredContent, isError]);
}

type Pair = readonly [string, string];

/** What the answers say that two connections gave, one after the other, each to the same call made twice. */
export function verdictOn([one, two]: Pair, [three, four]: Pair): StateVerdict {
  if (one === two) {
    if (three !== four) return 'unclear';
    return one === three ? 'unseen' : 'apart';
  }
  if (one === three) return two === four ? 'apart' : 'unclear';
  // The other connection goes on where the first has left off: nothing changes any more, or a number grows on.
  return (two === three && three === four) || isProgression([one, two, three, four]) ? 'shared' : 'unclear';
}

const NUMBER = /-?\d+(?:\.\d+)?/g;

/** Whether texts differ in numbers only, of which each goes on by the same step or stays as it is. */
function isProgression(texts: readonly string[]): boolean {
  const [frame, ...frames] = texts.map((text) => text.replace(NUMBER, '#'));
  if (frames.some((other) => other !== frame)) return false;
  const rows = texts.map((text) => (text.match(NUMBER) ?? []).map(Number));
  return (rows[0] ?? []).every((_, column) => {
    const steps = rows.slice(1).map((row, i) => (row[column] ?? 0) - (rows[i]?.[column] ?? 0));
    return steps.every((step) => Math.abs(step - (steps[0] ?? 0)) < 1e-9);
  });
}
