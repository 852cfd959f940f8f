import { parseArgs } from 'node:util';
import { startGateway } from './gateway.ts';
import { type ServerRun, nameOf, serverRuns } from './server-runs.ts';
import { Suite } from './suite.ts';
import { isConformant, tableOf, verdictsOf } from './verdict.ts';

// npm run conformance: the official suite, with the pool as the client of its servers and the gateway as the server of its
// clients. `-- --role server` runs one of both, `-- --requirements 2026-07-28` one revision alone, and `-- --sdk` puts the
// SDK's own client in the place of the pool.
const { values } = parseArgs({
  options: {
    sdk: { type: 'boolean', default: false },
    role: { type: 'string', multiple: true, default: ['client', 'server'] },
    requirements: { type: 'string', multiple: true, default: ['2025-11-25', '2026-07-28'] },
  },
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

if (values.role.includes('client')) {
  for (const revision of values.requirements) if (!(await passesAsClient(revision))) process.exitCode = 1;
}
if (values.role.includes('server')) {
  for (const run of serverRuns.filter(({ revision }) => values.requirements.includes(revision))) {
    if (!(await passesAsServer(run))) process.exitCode = 1;
  }
}
say(
  process.exitCode === 1
    ? 'some do not pass, or did not run; what they said is in build/conformance/'
    : 'all that counts passes',
);

async function passesAsClient(revision: string): Promise<boolean> {
  let told = -1;
  const run = await suite.runClient(revision, values.sdk ? ['--sdk'] : [], (done, of) => {
    if (done !== told) say(`${revision}: ${done} of ${of} scenarios done`);
    told = done;
  });
  const verdicts = verdictsOf(run.output);
  process.stdout.write(verdicts.length === 0 ? run.output : `\n${tableOf(`client ${revision}`, verdicts)}\n`);
  return isConformant('client', revision, verdicts) && run.exitCode === 0;
}

async function passesAsServer(run: ServerRun): Promise<boolean> {
  const { revision, era, processes, impossible = [] } = run;
  const name = nameOf(run);
  say(`${name}: a gateway before ${processes} of the ${era} era`);
  const gateway = await startGateway(era, processes);
  const { output, exitCode } = await suite.runServer(revision, gateway.url, name);
  await gateway.close();
  const verdicts = verdictsOf(output);
  process.stdout.write(verdicts.length === 0 ? output : `\n${tableOf(`server ${name}`, verdicts)}\n`);
  return isConformant('server', revision, verdicts, impossible) && (exitCode === 0 || impossible.length > 0);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
