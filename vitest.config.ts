import { defineConfig } from 'vitest/config';

/** What functions log in this process would bury what the tests have to say. */
const env = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };

/** What runs without a cloud first, cheapest first; what shares one local cloud last, a file at a time. */
export default defineConfig({
  test: {
    reporters: ['./infra/local/reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          env,
          include: ['test/{unit,properties,handlers}/**/*.test.ts'],
          globalSetup: 'test/support/setup/generated.ts',
          testTimeout: 20_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'infra',
          env,
          include: ['test/infra/**/*.test.ts'],
          globalSetup: 'test/support/setup/generated.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'simulation',
          env,
          include: ['test/simulation/*.test.ts'],
          testTimeout: 400_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'cloud',
          env,
          include: ['test/{workflows,e2e,browser}/**/*.test.ts'],
          globalSetup: ['test/support/setup/generated.ts', 'test/support/setup/cloud.ts'],
          setupFiles: 'test/support/setup/cloud-environment.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
