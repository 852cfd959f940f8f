import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: ['spec/**/*.spec.ts'],
    // Real child processes and sockets: a slow machine needs room, a hang still ends.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // The modules are the same for all files of a worker: to load them anew for each took a third of the time.
    isolate: false,
    // Most of the time a spec waits for something; by default one core of two is left idle.
    maxWorkers: '100%',
    coverage: {
      provider: 'v8',
      include: ['lib/**'],
      // Runs in the browser, and is tried there.
      exclude: ['lib/dashboard/assets/**'],
      // No table: the run ends in the summary of the tests; thresholds fail loudly by themselves.
      reporter: ['html', 'json-summary'],
      thresholds: { lines: 90, statements: 90, functions: 90, branches: 90 },
    },
  },
});
