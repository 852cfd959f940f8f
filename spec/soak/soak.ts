import { exitCodeOf, interrupts } from '../../lib/cli/interrupts.ts';
import { isBack, resourcesAtRest, resourcesBackTo } from './resources.ts';
import { type Progress, type SoakResult, soak } from './run.ts';
import { slopeOf } from './slope.ts';
import { type SoakOptions, help, soakOptions } from './soak-options.ts';
import { messageOf } from '../../lib/base/thrown.ts';

const REHEARSAL_MS = 3000;

/** So many bytes may be left of each cycle, in the mean. */
const MOST_BYTES = 8;

/** What the first part of the samples shows is warming up. */
const WARM_UP = 1 / 4;

/** With fewer samples nothing can be said of memory. */
const LEAST_SAMPLES = 8;

async function main(): Promise<void> {
  let options: SoakOptions;
  try {
    options = soakOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`soak: ${messageOf(error)}\n`);
    process.exitCode = 2;
    return;
  }
  if (options.help) process.stdout.write(help);
  else await run(options);
}

async function run({ minutes }: SoakOptions): Promise<void> {
  const signal = interrupts(process, (exitCode) => process.exit(exitCode));
  // What Node sets up at the first child or socket stays, and is no leak.
  await soak(REHEARSAL_MS, signal, () => undefined);
  const before = await resourcesAtRest();
  const result = await soak(minutes * 60_000, signal, (progress) => write(lineOf(progress)));
  const after = await resourcesBackTo(before);
  const { tally, unbalanced } = result;
  const { isFlat, text } = judgedMemory(result);
  write(`memory       ${text}`);
  write(`descriptors  ${before.descriptors} before, ${after.descriptors} after`);
  write(`children     ${before.children} before, ${after.children} after`);
  write(`handles      ${before.handles || 'none'} before, ${after.handles || 'none'} after`);
  write(`answers      ${tally.wrong} went to somebody else`);
  write(`books        ${unbalanced.length === 0 ? 'balance' : `of ${unbalanced.join(' and ')} do not balance`}`);
  const isGood = isFlat && isBack(after, before) && tally.wrong === 0 && unbalanced.length === 0;
  write(isGood ? 'nothing was lost' : 'SOMETHING WAS LOST');
  if (!isGood) process.exitCode = 1;
  else if (signal.aborted) process.exitCode = exitCodeOf(signal.reason);
}

function judgedMemory({ memory }: SoakResult): { readonly isFlat: boolean; readonly text: string } {
  const warm = memory.slice(Math.floor(memory.length * WARM_UP));
  if (memory.length < LEAST_SAMPLES) return { isFlat: true, text: 'not judged, the run was too short' };
  const slope = slopeOf(warm);
  return { isFlat: slope < MOST_BYTES, text: `${slope.toFixed(2)} bytes a cycle, at most ${MOST_BYTES}` };
}

function lineOf({ seconds, cycles, failed, bytes, descriptors, children }: Progress): string {
  const rate = Math.round(cycles / seconds);
  const megabytes = (bytes / 2 ** 20).toFixed(1);
  return `${seconds.toFixed(0)} s  ${cycles} cycles (${rate}/s, ${failed} failed)  ${megabytes} MB  ${descriptors} descriptors  ${children} children`;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
