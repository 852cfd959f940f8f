import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { entryPoints, manifest } from '../support/manifest.ts';
import { root } from '../support/papers.ts';
import { runCode } from '../support/run-code.ts';

/** What a module imports of others before it runs, itself or through what it shares with others: names of packages. */
async function packagesOf(file: string): Promise<readonly string[]> {
  const { metafile } = await build({
    ...{ absWorkingDir: root, entryPoints: [file], tsconfigRaw: {}, write: false, metafile: true, logLevel: 'silent' },
    ...{ bundle: true, splitting: true, outdir: 'build', format: 'esm', platform: 'node', packages: 'external' },
  });
  const files = new Set([file.replace('./', '')]);
  const packages = new Set<string>();
  for (const each of files) {
    for (const { path, kind, external } of metafile.inputs[each]?.imports ?? []) {
      // Whatever is imported later is not waited for.
      if (kind !== 'import-statement') continue;
      if (external !== true) files.add(path);
      else if (!path.startsWith('node:')) packages.add(/^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
    }
  }
  return [...packages].sort();
}

const core = ['rxjs', 'rxjs-for-await'];
const sdk = '@modelcontextprotocol/client';

describe('an entry point', () => {
  const expected: Readonly<Record<string, readonly string[]>> = {
    'rx-mcp-pool': core,
    'rx-mcp-pool/mcp': [sdk, 'cross-spawn', ...core, 'undici'],
    'rx-mcp-pool/serve': [sdk, '@modelcontextprotocol/server', ...core],
    'rx-mcp-pool/log': core,
    'rx-mcp-pool/otel': [sdk, '@opentelemetry/api', ...core],
    'rx-mcp-pool/prometheus': ['prom-client', ...core],
    'rx-mcp-pool/dashboard': core,
    'rx-mcp-pool/redis': core,
  };

  it.each([...entryPoints])('loads no package but those that it needs: %s', async (name, file) => {
    expect(await packagesOf(file)).toEqual(expected[name]);
  });

  it('loads the server of the SDK when somebody serves, and not before', async () => {
    const told = await runCode(`
      import { writeSync } from 'node:fs';
      import { register } from 'node:module';
      const hooks = \`
        import { writeSync } from 'node:fs';
        export const load = (url, context, next) => (writeSync(1, url + ' '), next(url, context));\`;
      register('data:text/javascript,' + encodeURIComponent(hooks));
      const { serveTcp } = await import('rx-mcp-pool/mcp');
      writeSync(1, '\\n');
      await (await serveTcp(() => undefined)).close();`);
    const loaded = told.split('\n').map((urls) => ['client', 'server'].map((of) => urls.includes(`protocol/${of}/`)));
    expect(loaded).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});

describe('the command', () => {
  it('alone loads what it needs, and that once it listens to Ctrl-C', async () => {
    const [main = ''] = Object.values(manifest.bin);
    expect(await packagesOf(main)).toEqual([]);
    const all = await Promise.all([...entryPoints.values()].map(packagesOf));
    const own = ['cli-table3', 'commander', 'eventsource-parser', 'log-update', 'picocolors', 'sparkly'];
    expect(all.flat().filter((name) => own.includes(name))).toEqual([]);
  });
});
