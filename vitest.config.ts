import { defineConfig } from 'vitest/config';

/** The functions under test log what is in order; only the rest is worth reading. */
const env = { POWERTOOLS_LOG_LEVEL: 'WARN' };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'integration',
          env,
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/dynamodb.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'contract',
          env,
          include: ['test/contract/**/*.test.ts'],
          globalSetup: ['test/support/dynamodb.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'simulation',
          // What fails there fails on purpose.
          env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
          include: ['test/simulation/**/*.test.ts'],
          globalSetup: ['test/support/dynamodb.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'infra',
          env,
          include: ['test/infra/**/*.test.ts'],
          globalSetup: ['test/support/dynamodb.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'browser',
          env,
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
