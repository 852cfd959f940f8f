// What npm publishes, out of what tsc has built: an entry point each, and the chunks that they share. A module is in one
// file only, so that a class or a map is the same thing from wherever it is imported.
import { cp, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { transform } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const root = resolve(import.meta.dirname, '..');
const built = resolve(root, 'build/lib');
const page = resolve(root, 'lib/dashboard/assets');
const dist = resolve(root, 'build/dist');

/** What `exports` names, without the ending. */
const entries = {
  index: 'index',
  mcp: 'mcp/index',
  serve: 'gateway/index',
  log: 'log/index',
  otel: 'otel/index',
  prometheus: 'prometheus/index',
  dashboard: 'dashboard/index',
  redis: 'cluster/index',
};

/** What is started as a program. Each stands where it stands in lib/, since one finds the other. */
const programs = { 'cli/main': 'cli/main', 'cli/load/demo-server': 'cli/load/demo-server' };

const isOfOthers = (id) => !/^[./]|^\w:/.test(id);

/**
 * Comments are in the declarations, for those who write. What runs keeps its names and has lines, for those who look into a
 * trace, and nothing that only takes up room.
 */
const compact = {
  name: 'compact',
  renderChunk(code) {
    const how = { minifyWhitespace: true, minifySyntax: true, lineLimit: 120, legalComments: 'none', target: 'es2022' };
    return transform(code, how);
  },
};

async function bundleCode() {
  const core = new Set();
  const addToCore = (id, moduleOf) => {
    if (isOfOthers(id) || core.has(id)) return;
    core.add(id);
    for (const imported of moduleOf(id).importedIds) addToCore(imported, moduleOf);
  };
  const bundle = await rollup({
    input: filesOf({ ...entries, ...programs }, 'js'),
    external: isOfOthers,
    treeshake: { moduleSideEffects: false },
    plugins: [compact],
    // Of the helper that TypeScript writes for `using`.
    onwarn: (warning) => warning.code === 'THIS_IS_UNDEFINED' || stop(warning),
  });
  await bundle.write({
    dir: dist,
    // Beside the entries, as the dashboard looks for its page beside its own code.
    chunkFileNames: 'chunk-[name].js',
    minifyInternalExports: false,
    hoistTransitiveImports: false,
    // Every other entry is used with the core, which is loaded in half the time where it is one file.
    manualChunks(id, { getModuleInfo }) {
      if (core.size === 0) addToCore(resolve(built, 'index.js'), getModuleInfo);
      return core.has(id) ? 'core' : undefined;
    },
  });
}

async function bundleDeclarations() {
  const bundle = await rollup({
    input: filesOf(entries, 'd.ts'),
    external: isOfOthers,
    plugins: [dts()],
    // Parts of the options of two entries, which nobody has to name: TypeDoc looks after the others.
    onwarn: (warning) => warning.message.includes('private shared type exports') || stop(warning),
  });
  await bundle.write({
    dir: dist,
    entryFileNames: '[name].d.ts',
    chunkFileNames: ({ name }) => `types/${name.replace(/\.d$/, '')}.d.ts`,
    minifyInternalExports: false,
  });
}

/** The page of the dashboard, with the modules that it shares with the command. */
async function bundlePage() {
  const found = {
    name: 'found where the dashboard serves it',
    resolveId(id) {
      if (id === './uplot.js') return { id, external: 'relative' };
      return id.startsWith('../shared/') ? resolve(built, 'dashboard/assets', id) : undefined;
    },
  };
  const input = resolve(page, 'page.js');
  const bundle = await rollup({ input, plugins: [found, compact], onwarn: stop });
  await bundle.write({ file: resolve(dist, 'assets/page.js') });
  for (const name of ['index.html', 'style.css', 'favicon.svg', 'theme.js']) {
    await cp(resolve(page, name), resolve(dist, 'assets', name));
  }
}

/** What is imported into Grafana and Prometheus. */
async function copyTelemetry() {
  for (const name of ['grafana-dashboard.json', 'prometheus-rules.yaml']) {
    await cp(resolve(root, 'lib/telemetry', name), resolve(dist, 'telemetry', name));
  }
}

function filesOf(names, ending) {
  return Object.fromEntries(Object.entries(names).map(([to, from]) => [to, resolve(built, `${from}.${ending}`)]));
}

function stop({ message }) {
  throw new Error(message);
}

await rm(dist, { recursive: true, force: true });
await Promise.all([bundleCode(), bundleDeclarations(), bundlePage(), copyTelemetry()]);
