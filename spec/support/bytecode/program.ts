import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script, SourceTextModule } from 'node:vm';
import type { Called, CalledFunction } from './called-function.ts';
import { CONNECTIONS, type Way, newSteps, ways } from './steps.ts';

// A program that takes each step a thousand times, tells its parent how often each function of the library was called in
// it, and prints the bytecode of the files in which these functions stand. Needs `--experimental-vm-modules`.

const ROUNDS = 100;
const library = new URL('../../../lib/', import.meta.url).href;

const functions = await countCalls();
const called: Called = { times: ROUNDS * CONNECTIONS, functions };
await new Promise((resolve) => process.send?.(called, resolve));
process.disconnect();
// Compiles what Node itself needs for it, so that nothing else is printed.
compile('', '');
// All functions at once, with the positions in the source by which they are told apart.
for (const flag of ['--no-lazy', '--no-enable-lazy-source-positions', '--print-bytecode']) setFlagsFromString(flag);
[...new Set(functions.map(({ url }) => url))].forEach((url, index) => {
  compile(`(function file_${index}() {})`, readFileSync(fileURLToPath(url), 'utf8'));
});
setFlagsFromString('--no-print-bytecode');

async function countCalls(): Promise<CalledFunction[]> {
  const steps = await newSteps();
  const found = new Map<string, CalledFunction>();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of ways) {
      await take(session, found);
      steps[way]();
      await take(session, found, way);
    }
  }
  session.disconnect();
  return [...found.values()];
}

/** Adds the calls since the last time to those of a step, or to none. */
async function take(session: Session, found: Map<string, CalledFunction>, way?: Way): Promise<void> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  for (const { url, functions } of result.filter((script) => script.url.startsWith(library))) {
    for (const { functionName: name, ranges } of functions) {
      for (const { startOffset: from, endOffset: to, count } of ranges) {
        const key = `${url} ${from} ${to}`;
        const one = found.get(key) ?? { url, name, from, to, calls: {} };
        found.set(key, one);
        if (way !== undefined) one.calls[way] = (one.calls[way] ?? 0) + count;
      }
    }
  }
}

/** Compiles two texts, without running them: a script, whose function marks what follows, and a module. */
function compile(script: string, module: string): void {
  new Script(script);
  new SourceTextModule(module);
}
