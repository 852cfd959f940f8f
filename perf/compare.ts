import { Builds } from './compare/builds.ts';
import { compareBuilds } from './compare/compare-builds.ts';
import { compareResults, storedIn } from './compare/compare-results.ts';
import { type Comparison, comparisonTable } from './compare/comparison.ts';
import { commitOf } from './compare/meaning.ts';
import { ownRows } from './compare/own-rows.ts';
import { type Request, type Side, requestOf } from './compare/request.ts';
import { causeChain } from './support/cause-chain.ts';
import { EXTENT_HELP } from './support/extent.ts';
import { ENOUGH_LAUNCHES } from './support/launches.ts';
import { originOf } from './support/machine.ts';
import { type Ratio, judged } from './support/result.ts';
import { aboutLine, ratioLine } from './support/table.ts';
import { keep } from './support/workload.ts';

/** The commit of 0.1.0, which the targets of some rows are about. */
const BASELINE = 'a9b4ef3';

const help = `npm run perf:compare -- A B [flags]

Sets two versions of the pool side by side, row by row and in turns, each in processes of its own: about four minutes.
A and B are revisions, each built in a worktree that is removed afterwards; or . for the working tree; or folders with a
built checkout. Two files of results of the same workload, *.json, are compared as they are.

  --only text      only rows whose names contain it
${EXTENT_HELP}

Exits with 0 when they were compared, whatever came of it, 1 when that breaks off, 2 when it does not understand.
`;

async function compare(request: Request): Promise<void> {
  const { a, b } = request;
  if ('file' in a.meaning && 'file' in b.meaning) {
    tell(comparisonTable(compareResults(storedIn(a.meaning.file), storedIn(b.meaning.file))));
    return;
  }
  const builds = new Builds();
  // A process that ends, for whatever reason, leaves no worktree behind.
  process.once('exit', () => builds.remove());
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
  const libraries = { a: await libraryOf(a, builds), b: await libraryOf(b, builds) };
  const { only, extent } = request;
  const comparisons = await compareBuilds({ ...libraries, only, launches: extent.launches }, progress);
  report(request, comparisons);
}

async function libraryOf({ meaning }: Side, builds: Builds): Promise<string> {
  if ('library' in meaning) return meaning.library;
  if ('commit' in meaning) return builds.of(meaning.commit);
  throw new Error('a file of results is no library');
}

function report({ a, b, extent: { launches, folder } }: Request, comparisons: readonly Comparison[]): void {
  const isEnough = launches >= ENOUGH_LAUNCHES;
  const origin = originOf();
  const ratios = isBaseline(a) ? overBaseline(comparisons) : [];
  const sides = { a: described(a), b: described(b) };
  const lines = [
    ...[`compare: A is ${sides.a}, B is ${sides.b}`, aboutLine(origin, `${launches} launches`), ''],
    ...[comparisonTable(comparisons), ''],
    ...ratios.map((ratio) => ratioLine(ratio, isEnough)),
  ];
  tell(lines.join('\n'));
  const told = ratios.map((ratio) => judged(ratio, isEnough));
  keep(folder, 'compare', { name: 'compare', ...sides, launches, ...origin, results: comparisons, ratios: told });
}

/** What is promised of B where A is 0.1.0. */
function overBaseline(comparisons: readonly Comparison[]): Ratio[] {
  return comparisons.flatMap(({ name, ratio }) => {
    const atMost = ownRows.find((row) => row.name === name)?.overBaseline;
    if (atMost === undefined) return [];
    return [{ name: `${name}, over 0.1.0`, value: ratio.median, spread: ratio, target: { atMost } }];
  });
}

function isBaseline({ meaning }: Side): boolean {
  return 'commit' in meaning && meaning.commit === commitOf(BASELINE);
}

function described({ word, meaning }: Side): string {
  if ('commit' in meaning) return meaning.commit.startsWith(word) ? word : `${word} (${meaning.commit.slice(0, 7)})`;
  return word === '.' ? 'the working tree' : word;
}

function tell(text: string): void {
  process.stdout.write(`\n${text.trimEnd()}\n\n`);
}

function progress(line: string): void {
  process.stderr.write(`  ${line}\n`);
}

const request = requestOf(process.argv.slice(2));
if (request === 'help') {
  process.stdout.write(help);
} else if ('wrong' in request) {
  process.stderr.write(`${request.wrong}\n`);
  process.exitCode = 2;
} else {
  await compare(request).catch((error: unknown) => {
    process.stderr.write(`${causeChain(error)}\n`);
    process.exit(1);
  });
}
