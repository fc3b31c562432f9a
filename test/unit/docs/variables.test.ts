/** Variables and blocks of the documents: each variable is one that the server reads, and the page about them misses none. */
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/platform/config.ts';
import { isKeyVariable } from '../../../src/platform/key-variables.ts';
import { isUpstreamVariable } from '../../../src/platform/upstream-variables.ts';
import { ALIASES, CLIENT_VARIABLES, VARIABLES } from '../../../src/platform/variables.ts';
import { documents } from './documents.ts';

const SERVER = [...Object.keys(VARIABLES.shape), ...ALIASES.keys()];
/** Read by the tests themselves (test/seed.ts), and by the programs of examples/. */
const OTHERS = ['MASKER_TEST_SEED', 'MASKER_URL'];
const KNOWN = new Set<string>([...SERVER, ...CLIENT_VARIABLES, ...OTHERS]);

/** Names that stand for many, as `MASKER_UPSTREAM_<NAME>_BASE_URL` and `MASKER_KEY_*`, are no variables by themselves. */
const NAMED = /(?<![\w<])MASKER_[A-Z0-9_]*[A-Z0-9](?![\w<*])/g;

const pages = documents().filter((page) => page !== 'CHANGELOG.md');
const text = (page: string): string => readFileSync(page, 'utf8');

/** Returns the blocks of a page that are marked with one of the languages. */
function blocks(page: string, languages: readonly string[]): string[] {
  return [...text(page).matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, language = '']) => languages.includes(language))
    .map(([, , block = '']) => block);
}

describe('variables', () => {
  test.each(pages)('%s names only variables that the server, its client or its tests read', (page) => {
    const unknown = [...text(page).matchAll(NAMED)]
      .map(([name]) => name)
      .filter((name) => !KNOWN.has(name) && !isKeyVariable(name) && !isUpstreamVariable(name));
    expect(unknown).toEqual([]);
  });

  test('docs/configuration.md describes each variable that the server reads', () => {
    const page = text('docs/configuration.md');
    expect(SERVER.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test('the settings that the blocks show are accepted', () => {
    const settings = pages.flatMap((page) =>
      blocks(page, ['sh', 'bash']).map((block) => [...block.matchAll(/^(MASKER_\w+)=(\S+)/gm)]),
    );
    expect(settings.flat().length).toBeGreaterThan(5);
    for (const block of settings) {
      const env = Object.fromEntries(
        block.map(([, name = '', value = '']) => [name, value.replace('…', 'x'.repeat(40))]),
      );
      expect(loadConfig(env, { keysRequired: false })).toMatchObject({ ok: true });
    }
  });
});

describe('shell blocks', () => {
  test.each(pages.flatMap((page) => blocks(page, ['sh', 'bash']).map((block, at) => [page, at, block] as const)))(
    '%s, block %i can be pasted into a shell',
    (_page, _at, block) => {
      // What a reader replaces is written in angle brackets, which a shell would take for files.
      const pasted = block.replaceAll(/<[a-z ]+>/g, 'replaced');
      expect(spawnSync('bash', ['-n', '-c', pasted], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    },
  );
});
