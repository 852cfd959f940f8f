import { inWorldOf } from '../support/world-of-seed.ts';
import type { Library } from './library.ts';
import { type Observe, Performance, type Trace } from './performance.ts';
import type { Script } from './script.ts';
import { told } from './told.ts';

/** Plays a script before these observers, in a world of its own. */
export async function play(library: Library, script: Script, observe: Observe): Promise<Trace> {
  const traces: Trace[] = [];
  const reported = await inWorldOf(script.setting.numbers.seed, async () => {
    traces.push(await new Performance(library, script, observe).run());
  });
  const [trace] = traces;
  if (trace === undefined) throw new Error('the script has not come to its end');
  return { ...trace, lines: [...trace.lines, ...reported.map((error) => `reported: ${told(error)}`)] };
}
