import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stdioServer } from '../../wires/contenders/stdio-server.ts';
import { toolStdioServer } from './tool-stdio-server.ts';
import { startCommand } from './command.ts';
import type { Contender } from './contender.ts';

const VERSIONS = { 'mcp-proxy': '6.7.19', supergateway: '4.0.0' } as const;

/** Where they are installed, for the measurement alone: `build/perf-peers`. */
const FOLDER = fileURLToPath(new URL('../../../perf-peers', import.meta.url));

/** Other gateways from npm, each at its best settings. Installs them where they are not; rejects where that fails. */
export function peers(): readonly Contender[] {
  const proxy = programOf('mcp-proxy');
  const supergateway = programOf('supergateway');
  const proxyOf = (server: typeof stdioServer) => () =>
    startCommand((port) => [
      ...[proxy, '--server', 'stream', '--no-eventStore', '--host', '127.0.0.1', '--port', String(port)],
      ...['--', server.command, ...server.args],
    ]);
  const command = [stdioServer.command, ...stdioServer.args].map((word) => `'${word}'`).join(' ');
  return [
    { name: 'mcp-proxy, lean server', era: 'legacy', clients: [1, 50, 200], start: proxyOf(stdioServer) },
    { name: 'mcp-proxy, SDK server', era: 'legacy', clients: [1, 50, 200], start: proxyOf(toolStdioServer) },
    {
      name: 'supergateway, lean server',
      era: 'legacy',
      // It starts a process for each.
      clients: [1],
      start: () =>
        startCommand((port) => [
          ...[supergateway, '--stdio', command, '--outputTransport', 'streamableHttp', '--stateful'],
          ...['--logLevel', 'none', '--port', String(port)],
        ]),
    },
  ];
}

/** The file of a package's command. */
function programOf(name: keyof typeof VERSIONS): string {
  const manifest = join(FOLDER, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) install();
  const { version, bin } = createRequire(import.meta.url)(manifest) as { version: string; bin: unknown };
  if (version !== VERSIONS[name]) throw new Error(`${FOLDER} has ${name} ${version}, not ${VERSIONS[name]}: remove it`);
  const file = typeof bin === 'string' ? bin : String(Reflect.get(Object(bin) as object, name));
  return join(dirname(manifest), file);
}

function install(): void {
  const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
  process.stderr.write(`  ${packages.join(' and ')} are installed in ${FOLDER}\n`);
  mkdirSync(FOLDER, { recursive: true });
  const flags = ['--prefix', FOLDER, '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', ...flags, ...packages], { stdio: ['ignore', 'ignore', 'inherit'] });
}
