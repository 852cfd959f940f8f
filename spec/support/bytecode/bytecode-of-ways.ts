import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { builtProgram } from '../start-tcp-server.ts';
import type { Called, CalledFunction } from './called-function.ts';
import { type PrintedFunction, printedFunctions } from './printed-function.ts';
import { type Way, ways } from './steps.ts';

/** A function on the way of a step. */
export interface OnTheWay {
  /** Its file and its name. */
  readonly name: string;
  /** The length of its bytecode. */
  readonly bytes: number;
  /** How often it is called in one step. */
  readonly calls: number;
}

/** For each step the functions of the library that are called each time, the longest first; as built in `build/lib`. */
export async function bytecodeOfWays(): Promise<Readonly<Record<Way, readonly OnTheWay[]>>> {
  const { called, printed } = await report();
  const urls = [...new Set(called.functions.map(({ url }) => url))];
  const bytesOf = (one: CalledFunction): number => bytesIn(printed[urls.indexOf(one.url)] ?? [], one, called.functions);
  return Object.fromEntries(ways.map((way) => [way, onTheWay(way, called, bytesOf)])) as Record<Way, OnTheWay[]>;
}

async function report(): Promise<{ readonly called: Called; readonly printed: PrintedFunction[][] }> {
  const child = fork(builtProgram('bytecode/program'), [], {
    execArgv: ['--experimental-vm-modules', '--no-warnings'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout === null) throw new Error('the program has no output');
  const exited = once(child, 'exit');
  const [[called], output] = await Promise.all([once(child, 'message') as Promise<[Called]>, text(child.stdout)]);
  await exited;
  return { called, printed: printedFunctions(output) };
}

function onTheWay(way: Way, { times, functions }: Called, bytesOf: (one: CalledFunction) => number): OnTheWay[] {
  const found = functions.map((one) => ({ one, calls: Math.round((one.calls[way] ?? 0) / times) }));
  return found
    .filter(({ calls }) => calls > 0)
    .map(({ one, calls }) => ({ name: `${one.url.split('/lib/').at(-1)} ${one.name}`, bytes: bytesOf(one), calls }))
    .toSorted((a, b) => b.bytes * b.calls - a.bytes * a.calls);
}

/** The bytes of a function among those printed of its file: the one of its name that stands in it and in none within it. */
function bytesIn(printed: readonly PrintedFunction[], one: CalledFunction, all: readonly CalledFunction[]): number {
  const within = all.filter((other) => other !== one && other.url === one.url && isIn(other, one));
  const found = printed.filter(
    (other) => other.name === one.name && isIn(other, one) && !within.some((inner) => isIn(other, inner)),
  );
  if (found[0] === undefined || found.length > 1) {
    throw new Error(`${found.length} functions ${one.name} at ${one.from} to ${one.to} in the bytecode of ${one.url}`);
  }
  return found[0].bytes;
}

function isIn(inner: Pick<PrintedFunction, 'from' | 'to'>, outer: Pick<PrintedFunction, 'from' | 'to'>): boolean {
  return inner.from >= outer.from && inner.to <= outer.to;
}
