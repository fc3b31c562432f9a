import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// graphql is in node_modules twice, for require and for bundlers, and must be loaded once: as node loads it.
const resolve = { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] };

// A busy machine may be twenty times slower than an idle one. A test that takes three minutes hangs. A poll that waits for
// what another process does gives up after half of that; vitest's own default is one second.
const patience = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 90_000 } } };

/** Properties try the same inputs in every run. */
const setupFiles = ['test/seed.ts'];

// unit: values in, values out. e2e: a real server, database and clients; one file at a time would waste the second core, so
// files run in parallel, each on a database of its own.
export default defineConfig({
  test: {
    // As many as CI has cores; vitest's own guess is one less.
    maxWorkers: 2,
    // `npm run coverage`: the unit tests alone, which leaves the doors and the database to the e2e tests.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'verifier/src/**/*.ts'],
      exclude: ['src/generated/**'],
      reporter: ['text-summary', 'html'],
      thresholds: { lines: 70, statements: 70, functions: 62, branches: 72 },
    },
    projects: [
      { resolve, test: { name: 'unit', setupFiles, include: ['test/unit/**/*.test.ts'], isolate: false, ...patience } },
      { test: { name: 'verifier', setupFiles, include: ['verifier/test/**/*.test.ts'], isolate: false, ...patience } },
      {
        resolve,
        test: {
          name: 'e2e',
          setupFiles,
          include: ['test/e2e/**/*.test.ts'],
          // Modules are loaded once for a worker and not for each file, which took as long as the tests do. They keep nothing
          // but caches; a test that changes what is global puts it back.
          isolate: false,
          globalSetup: 'test/database.ts',
          ...patience,
        },
      },
    ],
  },
});
