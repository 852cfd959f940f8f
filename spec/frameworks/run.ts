import { existsSync } from 'node:fs';
import { run } from '../smoke/run.ts';
import { Place } from './place.ts';

/** How long an example, or a check, may take. */
const LIMIT_MS = 60_000;

/** The examples by their files, in the order of the page, and what each has to print. */
const examples: Readonly<Record<string, RegExp>> = {
  langchain: /Echo: hi/,
  'ai-sdk': /Echo: hi/,
  'openai-agents': /'echo'/,
  'claude-agent-sdk': /Echo: hi, progress 1 2/,
  'mcp-sdk-client': /Echo: hi/,
  // Nobody speaks to it here; its check does.
  'mcp-sdk-server': /^$/,
  mastra: /'everything_echo'/,
};

// npm run frameworks: runs each example of the page "Use it with ...", and what is checked besides, with the frameworks
// themselves; no model is needed. What is installed is kept in build/frameworks/ for the next time.
const place = new Place();
await place.make();
const faults = await place.faults();
for (const [name, printed] of Object.entries(examples)) await tryOut(name, printed);
await tryOut('gateway');
// Of files that all share, or of the compiler itself.
const names = [...Object.keys(examples), 'gateway'];
const others = faults.filter((fault) => !names.some((name) => isOf(name, fault)));
if (others.length > 0) fail('types', others.join('\n'));

/** `expected`: what the example prints; left out where there is nothing but a check. */
async function tryOut(name: string, expected?: RegExp): Promise<void> {
  const since = performance.now();
  try {
    const own = faults.filter((fault) => isOf(name, fault));
    if (own.length > 0) throw new Error(own.join('\n'));
    if (expected !== undefined) await runExample(name, expected);
    const check = `checks/${name}.ts`;
    const isChecked = existsSync(`${place.folder}/${check}`);
    if (isChecked) await run(place.node, [check], place.folder, LIMIT_MS);
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    const tried = ['types', ...(expected ? ['example'] : []), ...(isChecked ? ['check'] : [])].join(', ');
    say(`ok    ${name}: ${tried}, ${seconds} s`);
  } catch (error) {
    fail(name, error instanceof Error ? error.message : String(error));
  }
}

async function runExample(name: string, expected: RegExp): Promise<void> {
  const printed = await run(place.node, [`examples/${name}.ts`], place.folder, LIMIT_MS);
  if (!expected.test(printed)) throw new Error(`it printed ${JSON.stringify(printed)}`);
}

function isOf(name: string, fault: string): boolean {
  return fault.includes(`examples/${name}.ts`) || fault.includes(`checks/${name}.ts`);
}

function fail(name: string, message: string): void {
  process.exitCode = 1;
  say(`FAIL  ${name}: ${message}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
