import { measureRows } from '../support/measure-rows.ts';
import type { Workload } from '../support/workload.ts';
import type { Contest } from './contest.ts';
import { contests } from './contests.ts';
import type { Cost, Finding } from './finding.ts';
import { leftovers } from './leftovers.ts';
import { memory } from './memory.ts';
import { keepAll, tell } from './tables.ts';

const ROUNDS = 5;
const QUICK_ROUNDS = 3;
/** What is left of the requests of a round, and of those before the first, for a look. */
const QUICK_SHARE = 0.1;
const QUICK_LEAD_IN_SHARE = 0.05;

/** What one part of the workload comes to. */
interface Part {
  readonly name: string;
  readonly summary: string;
  measure(quick: boolean): Promise<{ readonly costs: readonly Cost[]; readonly findings: readonly Finding[] }>;
}

const parts: readonly Part[] = [
  ...contests.map(partOf),
  {
    name: 'wires/memory',
    summary: 'the bytes of a request under way',
    measure: async () => ({ costs: [], findings: await memory() }),
  },
  {
    name: 'wires/leftovers',
    summary: 'the warnings and listeners that 10 000 calls leave behind',
    measure: async () => ({ costs: [], findings: await leftovers() }),
  },
];

/** Each part by itself, which prints and keeps nothing. */
export const wiresParts: readonly Workload[] = parts.map((part) => ({
  name: part.name,
  summary: part.summary,
  run: async ({ quick }) => {
    const { costs, findings } = await part.measure(quick);
    tell(part.name, costs, findings, quick);
  },
}));

/** What a request costs its client, by the wire: ours, the SDK's, and the least that any client could do. */
export const wires: Workload = {
  name: 'wires',
  summary: 'a request against raw sockets, undici, fetch and the SDK: all of these, under ten minutes',
  run: async ({ quick, folder }) => {
    const costs: Cost[] = [];
    const findings: Finding[] = [];
    for (const part of parts) {
      const since = performance.now();
      const measured = await part.measure(quick);
      costs.push(...measured.costs);
      findings.push(...measured.findings);
      process.stderr.write(`  ${part.name}: ${((performance.now() - since) / 1000).toFixed(1)} s\n`);
    }
    tell('wires', costs, findings, quick);
    keepAll(folder, costs, findings, quick);
  },
};

function partOf(contest: Contest): Part {
  const { name, summary } = contest;
  return { name, summary, measure: (quick) => measured(quick ? shortened(contest) : contest, quick) };
}

async function measured(contest: Contest, quick: boolean): Promise<{ costs: Cost[]; findings: Finding[] }> {
  const { rounds, rates } = await measureRows(contest, quick ? QUICK_ROUNDS : ROUNDS);
  const costs = rounds.names.map((row): Cost => {
    const { median, low, high } = rounds.ns(row);
    const spread = { median: median / 1000, low: low / 1000, high: high / 1000 };
    return { contest: contest.name, row, spread, unit: contest.unit, perSecond: rates.get(row) ?? NaN };
  });
  const findings = contest.targets.map(({ row, over, atMost }): Finding => {
    const spread = rounds.ratio(row, over);
    return { name: `${contest.name}: ${row} / ${over}`, value: spread.median, spread, digits: 3, target: { atMost } };
  });
  return { costs, findings };
}

function shortened(contest: Contest): Contest {
  const rows = [...contest.rows].map(([name, row]) => {
    const { times, leadIn = 0 } = row;
    const less = { times: Math.ceil(times * QUICK_SHARE), leadIn: Math.ceil(leadIn * QUICK_LEAD_IN_SHARE) };
    return [name, { ...row, ...less }] as const;
  });
  return { ...contest, rows: new Map(rows) };
}
