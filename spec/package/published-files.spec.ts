import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { entryPoints, manifest } from '../support/manifest.ts';
import { paperOf, root } from '../support/papers.ts';

interface Packed {
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

describe('what npm publishes', () => {
  let packed: Packed;
  let paths: readonly string[];
  beforeAll(async () => {
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const { stdout } = await promisify(execFile)('npm', args, { cwd: root });
    // A list up to npm 11.
    const told = JSON.parse(stdout) as readonly Packed[] | Readonly<Record<string, Packed>>;
    [packed = { size: Infinity, files: [] }] = Object.values(told);
    paths = packed.files.map(({ path }) => path);
  }, 60_000);

  it('is less than 400 kB in less than 60 files', () => {
    expect(packed.size).toBeLessThan(400_000);
    expect(paths.length).toBeLessThan(60);
  });

  it('has no sources, and nothing that leads to them', () => {
    expect(paths.filter((path) => /\.map$|(?<!\.d)\.ts$|^(lib|spec|perf)\//.test(path))).toEqual([]);
  });

  it('has the files for Grafana and Prometheus where the paper says', () => {
    const { text } = paperOf('lib/telemetry/README.md');
    const named = [...text.matchAll(/node_modules\/rx-mcp-pool\/(\S+\.(?:json|yaml))/g)].map(([, path]) => path);
    expect(named.length).toBe(2);
    expect(paths).toEqual(expect.arrayContaining(named));
  });

  it('has whatever package.json names', () => {
    const named = [...entryPoints.values(), ...Object.values(manifest.bin)].map((file) => file.replace('./', ''));
    expect(named.filter((file) => !paths.includes(file))).toEqual([]);
    const types = [...entryPoints.values()].map((file) => file.replace('./', '').replace(/\.js$/, '.d.ts'));
    expect(types.filter((file) => !paths.includes(file))).toEqual([]);
  });
});
