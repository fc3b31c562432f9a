import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// graphql is in node_modules twice, for require and for bundlers, and must be loaded once: as node loads it.
const resolve = { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] };

// What these guard keeps nothing between two calls but caches, and most of it loads detection: once for a worker and not for
// each file, which was half of their time.
const PURE = ['detection', 'masking'].map((folder) => `test/unit/${folder}/**/*.test.ts`);

// unit, pure: values in, values out. e2e: a real server, database and clients; one file at a time would waste the second
// core, so files run in parallel, each on a database of its own.
export default defineConfig({
  test: {
    // As many as CI has cores; vitest's own guess is one less.
    maxWorkers: 2,
    projects: [
      { resolve, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: PURE, testTimeout: 60_000 } },
      { resolve, test: { name: 'pure', include: PURE, isolate: false, testTimeout: 60_000 } },
      { test: { name: 'verifier', include: ['verifier/test/**/*.test.ts'] } },
      {
        resolve,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/database.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
