/** What `npm ci --omit=dev && npm start` needs: the build and the server use packages of `dependencies` only. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}
const read = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest;

/** Returns the packages that the sources below a folder import, types included. */
function imported(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => [
      ...readFileSync(path.join(folder, file), 'utf8').matchAll(
        /^(?:import|export)\b[^;']* from '([^.'][^']*)';|\bimport\('([^.'][^']*)'\)/gm,
      ),
    ])
    .map(([, named, loaded]) => /^(?:@[^/]+\/)?[^/]+/.exec(named ?? loaded ?? '')?.[0] ?? '')
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
  return [...new Set(names)].sort();
}

test.each([
  ['src', 'package.json'],
  ['verifier/src', 'verifier/package.json'],
])('%s imports only packages that %s installs at run time', (folder, manifest) => {
  const { dependencies, optionalDependencies } = read(manifest);
  const missing = imported(folder).filter((name) => !(name in { ...dependencies, ...optionalDependencies }));
  expect(missing).toEqual([]);
});

test('the compiler, the client generator and the types of packages are no development dependencies', () => {
  const { dependencies, devDependencies = {} } = read('package.json');
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(['prisma', 'typescript']));
  const typed = Object.keys(devDependencies).filter(
    (name) => name.startsWith('@types/') && name.slice('@types/'.length) in dependencies,
  );
  expect(typed).toEqual([]);
});
