import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { type Family, type Judgement, judge, lineOf } from './check/guard.ts';
import { families } from './check/guards.ts';
import { roundRobinRounds } from './support/rounds.ts';

const ROUNDS = 31;

const help = `npm run perf:check

Measures the ratios that hold on any machine, however noisy: ours against other pools and a bare free list, large pools
against small ones, the strategies against each other, a pool that is observed against one that is not, withConnection
against a bare mergeMap. What falls short is measured once more. Takes half a minute; it is no part of the tests.

Exits with 0 when all of them hold, 1 when one falls short twice, 2 when it does not understand.

  --help           this text
`;

/** What the command line asks for; a string is what is wrong with it. */
function asked(): { readonly help: boolean } | string {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
    return { help: values.help === true };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function check(): Promise<void> {
  // Code that was compiled for one family must not be thrown away while another one runs.
  setFlagsFromString('--no-flush-bytecode');
  const short: string[] = [];
  for (const family of families) short.push(...(await look(family)));
  if (short.length === 0) {
    process.stdout.write('\nall of them hold\n');
    return;
  }
  process.stdout.write(`\nshort twice: ${short.length}\n${short.join('\n')}\n`);
  process.exitCode = 1;
}

/** The lines of what falls short twice. */
async function look(family: Family): Promise<string[]> {
  const first = await measured(family);
  tell(family, first);
  const doubted = first.filter(({ holds }) => !holds).map(({ guard }) => guard);
  if (doubted.length === 0) return [];
  // A neighbour may have been noisy just then.
  process.stdout.write(`       ${family.name}: ${doubted.length} short, measured a second time\n`);
  const second = (await measured(family)).filter(({ guard }) => doubted.includes(guard));
  tell(family, second);
  return second.filter(({ holds }) => !holds).map((judgement) => lineOf(family.name, judgement));
}

async function measured({ open, guards }: Family): Promise<Judgement[]> {
  const rows = await open();
  try {
    const rounds = await roundRobinRounds(rows, ROUNDS);
    return guards.map((guard) => judge(guard, rounds));
  } finally {
    await Promise.all(rows.map((row) => row.close()));
  }
}

function tell({ name }: Family, judgements: readonly Judgement[]): void {
  for (const judgement of judgements) process.stdout.write(`${lineOf(name, judgement)}\n`);
}

const request = asked();
if (typeof request === 'string') {
  process.stderr.write(`${request}\n`);
  process.exitCode = 2;
} else if (request.help) {
  process.stdout.write(help);
} else {
  await check();
}
