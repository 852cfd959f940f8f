import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { assetFiles, readAsset } from '../../lib/dashboard/assets.ts';

it('has the page, and as they were built the modules that it shares with the command', async () => {
  const files = assetFiles();
  const sources = await readdir(new URL('../../lib/dashboard/shared/', import.meta.url));
  const shared = [...files.keys()].filter((path) => path.startsWith('/shared/'));
  expect(shared.sort()).toEqual(sources.map((name) => `/shared/${name.replace(/\.ts$/, '.js')}`).sort());
  expect([...files.keys()]).toEqual(
    expect.arrayContaining(['/', ...['page.js', 'style.css', 'uplot.js'].map((name) => `/assets/${name}`)]),
  );
  for (const path of [...shared, '/assets/page.js']) {
    expect((await readAsset(String(files.get(path)))).type).toBe('text/javascript; charset=utf-8');
  }
});

it('imports nothing that is not among them', async () => {
  const files = assetFiles();
  for (const [path, file] of files) {
    if (!path.endsWith('.js') || path === '/assets/uplot.js') continue;
    const { content } = await readAsset(file);
    for (const [, to = ''] of String(content).matchAll(/^(?:import|export) .*from '(.+)';$/gm)) {
      expect(files.has(new URL(to, `http://h${path}`).pathname), `${to} in ${path}`).toBe(true);
    }
  }
});
