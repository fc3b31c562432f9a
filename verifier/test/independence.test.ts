/** The verifier shares no code with the server, depends on noble's hashes only, and runs in a browser. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// A path: Vite gives URLs with a literal in them a meaning of its own.
const source = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../src');
const files = readdirSync(source);

/** What a source file imports, types too. */
function imports(file: string): readonly string[] {
  return [...readFileSync(path.join(source, file), 'utf8').matchAll(/(?:from|import)\s*(?:\(\s*)?'([^']+)'/g)].map(
    ([, name]) => name ?? '',
  );
}

describe('the imports of the verifier', () => {
  it('lead to its own files, to the hashes of noble and, in the command line alone, to Node', () => {
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      for (const name of imports(file)) {
        const own = name.startsWith('./') && files.includes(name.slice(2));
        const noble = /^@noble\/hashes\/[a-z0-9]+\.js$/.test(name);
        const node = file === 'cli.ts' && name.startsWith('node:');
        expect({ file, name, allowed: own || noble || node }).toMatchObject({ allowed: true });
      }
    }
  });

  it('from verify.ts reach nothing of Node, and no global that a browser lacks', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const name of imports(file)) {
        expect(builtinModules).not.toContain(name.replace(/^node:/, ''));
        if (name.startsWith('./')) visit(name.slice(2));
      }
      expect(readFileSync(path.join(source, file), 'utf8')).not.toMatch(
        /\b(?:Buffer|process|require|__dirname|setImmediate|global)\b[.([]/,
      );
    };
    visit('verify.ts');
    expect(reached).not.toContain('cli.ts');
    expect(reached.size).toBeGreaterThan(10);
  });

  it('are all of its dependencies', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(manifest.dependencies).sort()).toEqual(['@noble/hashes']);
  });
});

describe('the lockfile of the verifier', () => {
  const lock = (file: string) =>
    JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as {
      packages: Record<string, { version?: string; integrity?: string; dependencies?: Record<string, string> }>;
    };

  it('pins its dependencies, and nothing else, to the bytes that the tests run with', () => {
    const { packages } = lock('../package-lock.json');
    const { '': own, ...others } = packages;
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(own?.dependencies).toEqual(manifest.dependencies);
    expect(Object.keys(others)).toEqual(Object.keys(manifest.dependencies).map((name) => `node_modules/${name}`));
    const whole = lock('../../package-lock.json').packages;
    for (const [name, { integrity }] of Object.entries(others)) {
      expect(integrity).toMatch(/^sha512-/);
      expect(integrity).toBe((whole[`verifier/${name}`] ?? whole[name])?.integrity);
    }
  });
});

describe('the test builder', () => {
  it('takes nothing from the verifier', () => {
    expect(readFileSync(new URL('bundle-builder.ts', import.meta.url), 'utf8')).not.toContain("from '../");
  });
});
