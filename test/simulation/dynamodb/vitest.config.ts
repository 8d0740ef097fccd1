import { defineConfig } from 'vitest/config';

/** Only what `npm run test:dynamodb` runs, inside the network namespace that it makes. */
export default defineConfig({
  test: { include: ['test/simulation/dynamodb/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000 },
});
