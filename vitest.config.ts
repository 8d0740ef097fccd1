import { defineConfig } from 'vitest/config';

/** What functions log in this process would bury what the tests have to say. */
const env = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };

/** Tests that share one local cloud, a file at a time. */
const onCloud = {
  env,
  globalSetup: ['test/support/setup/generated.ts', 'test/support/setup/cloud.ts'],
  setupFiles: 'test/support/setup/cloud-environment.ts',
  testTimeout: 120_000,
  hookTimeout: 120_000,
  fileParallelism: false,
};

/** Tests that only compute, beside those that wait for a cloud. */
const beside = {
  env,
  setupFiles: 'test/support/setup/beside.ts',
};

/**
 * What runs without a cloud first, cheapest first. What needs one comes last, on two clouds side by side: on the one,
 * people move the clock and departments are down; on the other nobody disturbs. Rules keep nothing, so that their files
 * share what they load; handlers remember what they have read, and each file of them begins cold.
 */
export default defineConfig({
  test: {
    reporters: ['./infra/local/reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          env,
          include: ['test/{unit,properties}/**/*.test.ts'],
          globalSetup: 'test/support/setup/generated.ts',
          testTimeout: 20_000,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'handlers',
          env,
          include: ['test/handlers/**/*.test.ts'],
          globalSetup: 'test/support/setup/generated.ts',
          testTimeout: 20_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...beside,
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          globalSetup: 'test/support/setup/generated.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...beside,
          name: 'simulation',
          include: ['test/simulation/*.test.ts'],
          testTimeout: 400_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          ...onCloud,
          name: 'cloud',
          include: ['test/{workflows,e2e,browser}/**/*.test.ts'],
          exclude: ['test/e2e/journeys/**'],
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          ...onCloud,
          name: 'journeys',
          include: ['test/e2e/journeys/*.test.ts'],
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
