import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { run } from './run.ts';
import { type Runtime, installed, runtimes } from './runtimes.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = 'spec/smoke/program.js';
const server = 'spec/smoke/server.js';
const LIMIT_MS = 20_000;

/** Where the package is installed, and its server. */
interface Place {
  readonly folder: string;
  readonly port: number;
  readonly httpPort: number;
}

// npm run smoke: packs the package, installs it with its peers in a folder of its own, and runs a small program there on
// each runtime. Runtimes are kept in build/smoke/ for the next time.
const folder = await mkdtemp(`${tmpdir()}/rx-mcp-pool-smoke-`);
try {
  await installPackage(folder);
  const child = spawn(process.execPath, [server], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const place = { folder, ...(JSON.parse(line) as Omit<Place, 'folder'>) };
    for (const runtime of runtimes) await smoke(runtime, place);
  } finally {
    child.kill();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function installPackage(where: string): Promise<void> {
  const packed = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', where], root, 60_000);
  // As an application of ES modules.
  await writeFile(`${where}/package.json`, JSON.stringify({ name: 'smoke', private: true, type: 'module' }));
  const peers = ['rxjs', '@modelcontextprotocol/client', '@modelcontextprotocol/server'];
  await run('npm', ['install', '--no-audit', '--no-fund', `./${packed.trim()}`, ...peers], where, 120_000);
  for (const file of [program, server, 'perf/support/serve-http.js']) {
    await mkdir(dirname(`${where}/${file}`), { recursive: true });
    await copyFile(`${root}build/${file}`, `${where}/${file}`);
  }
}

async function smoke(runtime: Runtime, { folder: cwd, port, httpPort }: Place): Promise<void> {
  try {
    const kept = `${root}build/smoke`;
    await mkdir(kept, { recursive: true });
    const file = await installed(runtime, kept);
    const since = performance.now();
    const args = [program, process.execPath, server, String(port), String(httpPort)];
    const printed = await run(file, [...runtime.args, ...args], cwd, LIMIT_MS);
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    say(`ok    ${runtime.name}: ${printed.trim()}, ${seconds} s`);
  } catch (error) {
    process.exitCode = 1;
    say(`FAIL  ${runtime.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
