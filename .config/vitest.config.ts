import { readFileSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const root = `${import.meta.dirname}/..`;
const isCi = (process.env['CI'] ?? '') !== '';

/** Sockets, processes, files, and the rooms of `lib/` that use them. */
const WORLD =
  /\/(mcp|cli|dashboard|otel|prometheus|telemetry|log)\/|'node:|server|served|mounted|page-suite|program|tcp-|\.\.\/build\//;
const STOPS_TIME = /virtual-time|useFakeTimers/;
/** What a spec sees of its whole process, where others have left something. */
const LOOKS_AROUND = /memory\.ts|getActiveResourcesInfo|listenerCount|diagnostics_channel/;

type Kind = 'virtual' | 'real' | 'alone';

/**
 * Specs of a kind share the modules of their worker: to load these anew for each file took a third of the time. Alone is a
 * spec that stops the time and touches the world, whose timers may be somebody else's, or that looks at its process.
 */
function kindOf(file: string): Kind {
  const text = readFileSync(`${root}/${file}`, 'utf8');
  const isReal = WORLD.test(text);
  if (LOOKS_AROUND.test(text) || (isReal && STOPS_TIME.test(text))) return 'alone';
  return isReal ? 'real' : 'virtual';
}

const specs = readdirSync(`${root}/spec`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.spec.ts'))
  .map((file) => `spec/${file.replaceAll('\\', '/')}`);
const project = (name: Kind): object => ({
  extends: true,
  test: {
    name,
    include: specs.filter((file) => kindOf(file) === name),
    isolate: name === 'alone',
    setupFiles: name === 'virtual' ? ['spec/support/no-timers-left.ts'] : [],
  },
});

export default defineConfig({
  test: {
    root,
    projects: [project('virtual'), project('real'), project('alone')],
    // Real child processes and sockets: a slow machine needs room, a hang still ends.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Most of the time a spec waits for something; by default one core of two is left idle.
    maxWorkers: '100%',
    coverage: {
      // It takes a quarter of the time again.
      enabled: isCi,
      provider: 'v8',
      include: ['lib/**/*.ts'],
      // Runs in the browser, and is tried there.
      exclude: ['lib/dashboard/assets/**'],
      // No table: the run ends in the summary of the tests; thresholds fail loudly by themselves.
      reporter: ['html', 'json-summary'],
      thresholds: { lines: 90, statements: 90, functions: 90, branches: 90 },
    },
  },
});
