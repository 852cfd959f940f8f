import { defineConfig } from 'vitest/config';

/** What kills mutants of the core: everything in virtual time, and of the random runs a few, always the same. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: [
      'spec/{events,state,strategies,checkout,requests,supply,metrics,why,pool,hazards,model,simulation}/**/*.spec.ts',
    ],
    exclude: ['spec/simulation/{an-hour,clock-jumps,ten-thousand-timeouts}.spec.ts'],
    testTimeout: 20_000,
    env: {
      MODEL_SEED: '1',
      MODEL_RUNS: '60',
      ORDERS_SEED: '1',
      ORDERS_RUNS: '60',
      SIMULATION_SEED: '1',
      SIMULATION_SEEDS: '20',
    },
  },
});
