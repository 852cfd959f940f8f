import { parseArgs } from 'node:util';
import { Suite } from './suite.ts';
import { isConformant, tableOf, verdictsOf } from './verdict.ts';

// npm run conformance: the official suite in client mode, with the pool as the client; `-- --sdk` puts the SDK's own
// client in its place, and `-- --requirements 2026-07-28` runs one revision alone.
const { values } = parseArgs({
  options: { sdk: { type: 'boolean', default: false }, requirements: { type: 'string', multiple: true } },
});
const suite = new Suite();

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    suite.kill();
    process.exit(exitCode);
  });
}

say('installing the suite where it is not there yet');
await suite.install();

for (const revision of values.requirements ?? ['2025-11-25', '2026-07-28']) {
  if (!(await passes(revision))) process.exitCode = 1;
}
say(
  process.exitCode === 1
    ? 'some do not pass, or did not run; what they said is in build/conformance/'
    : 'all that counts passes',
);

async function passes(revision: string): Promise<boolean> {
  let told = -1;
  const run = await suite.run(revision, values.sdk ? ['--sdk'] : [], (done, of) => {
    if (done !== told) say(`${revision}: ${done} of ${of} scenarios done`);
    told = done;
  });
  const verdicts = verdictsOf(run.output);
  process.stdout.write(verdicts.length === 0 ? run.output : `\n${tableOf(revision, verdicts)}\n`);
  return isConformant(revision, verdicts) && run.exitCode === 0;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
