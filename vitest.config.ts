import { defineConfig } from 'vitest/config';

// unit: values in, values out. e2e: a real server, database and clients; one file at a time would waste the second
// core, so files run in parallel, each on a database of its own.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { name: 'verifier', include: ['verifier/test/**/*.test.ts'] } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/database.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
