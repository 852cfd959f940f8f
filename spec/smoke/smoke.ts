import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compilations } from './compilers.ts';
import { run } from './run.ts';
import { type Runtime, installed, runtimes } from './runtimes.ts';
import { describeInstall, packagesOfReadme } from './stranger.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const kept = `${root}build/smoke`;
const program = 'spec/smoke/program.js';
const required = 'spec/smoke/required.js';
const server = 'spec/smoke/server.js';
const LIMIT_MS = 20_000;

/** Where the package is installed, and its server. */
interface Place {
  readonly folder: string;
  readonly port: number;
  readonly httpPort: number;
}

// npm run smoke: packs the package and installs it in a folder of its own, as the README says. Compiles a program there, and
// runs a small one on each runtime. Runtimes and compilers are kept in build/smoke/ for the next time.
await mkdir(kept, { recursive: true });
const folder = await mkdtemp(`${tmpdir()}/rx-mcp-pool-smoke-`);
try {
  await tried('installed', () => installPackage(folder));
  const consumer = `${root}spec/smoke/consumer/consumer.ts`;
  for (const { name, compile } of compilations(consumer, folder, kept)) await tried(name, compile);
  const child = spawn(process.execPath, [server], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const place = { folder, ...(JSON.parse(line) as Omit<Place, 'folder'>) };
    for (const runtime of runtimes) await tried(runtime.name, () => smoke(runtime, place));
  } finally {
    child.kill();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** First what the README says, which is described; then what only some need, and our programs. */
async function installPackage(where: string): Promise<string> {
  const packed = (
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', where], root, 60_000)
  ).trim();
  // As an application of ES modules.
  await writeFile(`${where}/package.json`, JSON.stringify({ name: 'smoke', private: true, type: 'module' }));
  const install = ['install', '--no-audit', '--no-fund'];
  await run('npm', [...install, ...(await packagesOfReadme(root, packed))], where, 120_000);
  const described = await describeInstall(where);
  const { size } = await stat(`${where}/${packed}`);
  const others = ['@types/node@20', '@opentelemetry/api', 'prom-client'];
  await run('npm', [...install, ...others], where, 120_000);
  for (const file of [program, required, server, 'perf/support/serve-http.js']) {
    await mkdir(dirname(`${where}/${file}`), { recursive: true });
    await copyFile(`${root}build/${file}`, `${where}/${file}`);
  }
  return `${(size / 1000).toFixed(0)} kB; ${described}`;
}

async function smoke(runtime: Runtime, { folder: cwd, port, httpPort }: Place): Promise<string> {
  const file = await installed(runtime, kept);
  const args = [program, process.execPath, server, String(port), String(httpPort)];
  const printed = await run(file, [...runtime.args, ...args], cwd, LIMIT_MS);
  return `${printed.trim()}, ${(await run(file, [...runtime.args, required], cwd, LIMIT_MS)).trim()}`;
}

/** A line about what was tried; a failure is in the exit code too. */
async function tried(name: string, attempt: () => Promise<string>): Promise<void> {
  const since = performance.now();
  try {
    const told = await attempt();
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    process.stdout.write(`ok    ${name}: ${told}, ${seconds} s\n`);
  } catch (error) {
    process.exitCode = 1;
    process.stdout.write(`FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
