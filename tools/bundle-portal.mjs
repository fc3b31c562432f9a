// Builds the portal, a single-page application, into dist/portal/static. `--serve` runs Vite's development server instead, in
// front of a Masker at http://localhost:8080.
import { fileURLToPath } from 'node:url';
import { build, createServer } from 'vite';

const at = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));

const config = {
  configFile: false,
  root: at('src/portal/app'),
  base: '/portal/',
  logLevel: 'warn',
  build: {
    outDir: at('dist/portal/static'),
    emptyOutDir: true,
    target: 'es2022',
    // A file in a data: URL is refused by the page's policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // "use client" of libraries is for servers that render.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
};

if (process.argv.includes('--serve')) {
  const proxied = ['/api', '/graphql', '/proxy', '/health', '/.well-known', '/readme', '/graphiql'];
  const server = await createServer({
    ...config,
    logLevel: 'info',
    server: { port: 5173, proxy: Object.fromEntries(proxied.map((path) => [path, 'http://localhost:8080'])) },
  });
  await server.listen();
  server.printUrls();
} else await build(config);
