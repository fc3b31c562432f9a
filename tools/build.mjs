// Builds dist/ with the portal in it, and verifier/dist/. The verifier's command line and page as one file each need esbuild, a development dependency:
// without it they are left out.
//
//   node tools/build.mjs             always asks the compiler, which only compiles what changed
//   node tools/build.mjs --if-stale  does nothing where no source is newer than the last build: `npm start` needs neither the
//                                    compiler nor its time then
//   --optional                       a missing compiler is no error: `npm ci --omit=dev` has none
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const STAMP = 'dist/.built';
const INPUTS = [
  'src',
  'verifier/src',
  'verifier/page',
  'tools/bundle-verifier.mjs',
  'tools/bundle-portal.mjs',
  'prisma/schema.prisma',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.base.json',
];
const BUNDLER = 'node_modules/esbuild/lib/main.js';
const COMPILER = 'node_modules/typescript/bin/tsc';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const ifStale = process.argv.includes('--if-stale');
const optional = process.argv.includes('--optional');

/** Returns the time of the newest file at or below a path. Generated files do not count: they are made by the build. */
function newest(file) {
  if (file === 'src/generated') return 0;
  const found = statSync(file);
  if (!found.isDirectory()) return found.mtimeMs;
  // The build makes src/generated, which changes the folder around it.
  const own = file === 'src' ? 0 : found.mtimeMs;
  return readdirSync(file).reduce((latest, name) => Math.max(latest, newest(path.posix.join(file, name))), own);
}

function isFresh() {
  const outputs = [STAMP, 'dist/cli/main.js', 'dist/portal/static/index.html', 'verifier/dist/cli.js'];
  if (existsSync(BUNDLER))
    outputs.push(
      ...['masker-verify.mjs', 'masker-verify-more.mjs', 'masker-verify.html'].map((file) => `verifier/dist/${file}`),
    );
  const isBuilt = outputs.every((file) => existsSync(file));
  return isBuilt && INPUTS.every((file) => newest(file) <= statSync(STAMP).mtimeMs);
}

function build() {
  const startedAt = new Date();
  const steps = [
    ['tools/generate.mjs'],
    [COMPILER, '-b'],
    ['tools/bundle-portal.mjs'],
    ...(existsSync(BUNDLER) ? [['tools/bundle-verifier.mjs']] : []),
  ];
  for (const args of steps) {
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
  // The stamp has the time of the start: a source that changed while the compiler ran is newer.
  writeFileSync(STAMP, '');
  utimesSync(STAMP, startedAt, startedAt);
}

if (ifStale && isFresh()) process.exit(0);
if (existsSync(COMPILER)) build();
else if (existsSync('dist/cli/main.js'))
  process.exit(0); // built elsewhere; the compiler is a development dependency
else {
  console.error(
    'masker: There is no build in dist/, and the compiler is not installed. Run `npm ci` without --omit=dev.',
  );
  process.exit(optional ? 0 : 1);
}
