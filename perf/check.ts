import { parseArgs } from 'node:util';
import { type Family, lineOf, rowsOf, shortTwice } from './check/guard.ts';
import { families } from './check/guards.ts';
import { causeChain } from './support/cause-chain.ts';
import { ENOUGH_LAUNCHES, type Launches, measureLaunches } from './support/launches.ts';

const ROUNDS = 7;

const help = `npm run perf:check

Measures the ratios that hold on any machine, however noisy, five launches each: ours against lightning-pool and
pg-pool, large pools against small ones, the strategies against each other, a pool that is observed against one that is
not, withConnection against a bare mergeMap, calls of tools against the SDK and undici, the gateway against node:http. What
falls short is measured once more. Takes three to six minutes; it is no part of the tests.

Exits with 0 when all of them hold, 1 when one falls short twice or cannot be measured, 2 when it does not understand.

  --help           this text
`;

/** What the command line asks for; a string is what is wrong with it. */
function asked(): { readonly help: boolean } | string {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
    return { help: values.help === true };
  } catch (error) {
    return causeChain(error);
  }
}

async function check(): Promise<void> {
  const short: string[] = [];
  for (const family of families) {
    const judgements = await shortTwice(family, measure, tell);
    short.push(...judgements.map((judgement) => lineOf(family.name, judgement)));
  }
  tell(short.length === 0 ? '\nall of them hold' : `\nshort twice: ${short.length}\n${short.join('\n')}`);
  if (short.length > 0) process.exitCode = 1;
}

function measure({ table, guards, launches = ENOUGH_LAUNCHES }: Family): Promise<Launches> {
  return measureLaunches(table, launches, ROUNDS, rowsOf(guards));
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

const request = asked();
if (typeof request === 'string') {
  process.stderr.write(`${request}\n`);
  process.exitCode = 2;
} else if (request.help) {
  process.stdout.write(help);
} else {
  await check().catch((error: unknown) => {
    process.stderr.write(`${causeChain(error)}\n`);
    process.exit(1);
  });
}
