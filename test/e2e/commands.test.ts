/** The tree of commands of the built program: what is documented exists, has examples, and is completed by shells. */
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../src/cli/examples.ts';
import { MAIN, masker } from '../built-command.ts';
import { temporaryFolder } from '../database.ts';
import { isInstalled } from '../programs.ts';

const DOCS = path.resolve(import.meta.dirname, '../../docs/operations.md');
/** What every command takes. */
const GLOBAL = ['--env-file', '--config', '--server', '--policy', '--json', '--quiet', '--help'];

let folder: string;
let script: string;
/** Words that may follow, by the words of a command: the whole tree, as the built program tells it. */
let tree: Map<string, readonly string[]>;

beforeAll(async () => {
  folder = await temporaryFolder();
  script = path.join(folder, 'masker.bash');
  const { output } = await masker(['completion', 'bash']);
  await writeFile(script, output);
  tree = new Map(
    [...output.matchAll(/^ {4}'([^']*)'\) words='([^']*)' ;;$/gm)].map(([, key = '', words = '']) => [
      key,
      words.split(' '),
    ]),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const commandsBelow = (key: string): string[] =>
  (tree.get(key) ?? []).filter((word) => word !== '' && !word.startsWith('-'));
const leaves = (): string[] => [...tree.keys()].filter((key) => commandsBelow(key).length === 0);

/** The longest command at the beginning of these words. */
function commandOf(words: readonly string[]): string {
  let key = '';
  for (const word of words) {
    const next = key === '' ? word : `${key} ${word}`;
    if (!tree.has(next)) break;
    key = next;
  }
  return key;
}

/** Flags and command of a line such as `masker agents list --all --json`. */
function checkLine(line: string): { key: string; missing: string[] } {
  const [, rest = ''] = /(?:^|[\s(])masker ([^|;<>)]*)/.exec(line) ?? [];
  const words = rest.trim().split(/\s+/);
  const key = commandOf(words);
  const flags = words.filter((word) => /^-{1,2}[a-z]/.test(word));
  return { key, missing: flags.filter((flag) => !GLOBAL.includes(flag) && tree.get(key)?.includes(flag) !== true) };
}

describe('the commands', () => {
  test('of docs/operations.md exist, with their flags, and every command is in it', async () => {
    const docs = await readFile(DOCS, 'utf8');
    const documented = new Set<string>();
    for (const [row, cell = '', what = ''] of docs.matchAll(/^\| (`masker [^|]*) \| ([^|]*) \|$/gm)) {
      const [first = '', ...others] = [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
      const { key, missing } = checkLine(first);
      expect(tree.has(key) && key !== '', row).toBe(true);
      expect(missing, row).toEqual([]);
      documented.add(key);
      // `masker agents list`, `show`, ...: siblings of the first.
      const parent = key.split(' ').slice(0, -1).join(' ');
      for (const sibling of others.filter((word) => /^[a-z-]+$/.test(word))) {
        expect(tree.has(`${parent} ${sibling}`.trim()), row).toBe(true);
        documented.add(`${parent} ${sibling}`.trim());
      }
      const siblings = others.flatMap((word) => tree.get(`${parent} ${word}`.trim()) ?? []);
      for (const [, flag = ''] of what.matchAll(/`(--[a-z0-9-]+)/g))
        expect([...GLOBAL, ...(tree.get(key) ?? []), ...siblings], `${row}: ${flag}`).toContain(flag);
    }
    expect(leaves().filter((key) => !documented.has(key))).toEqual([]);
  });

  test('have examples in their help, which name commands and flags that exist', async () => {
    expect(leaves().filter((key) => EXAMPLES[key] === undefined)).toEqual([]);
    for (const [key, examples] of Object.entries(EXAMPLES))
      for (const example of examples) {
        expect(checkLine(example), example).toEqual({ key, missing: [] });
      }
    const { output } = await masker(['agents', 'create', '--help']);
    expect(output).toContain(`Examples:\n  $ ${EXAMPLES['agents create']?.[0] ?? ''}`);
  });

  test('take the global options before, between and after their words', async () => {
    const file = path.join(folder, 'p.yaml');
    await writeFile(file, 'name: p\n');
    for (const args of [
      ['--json', 'policy', 'validate', file],
      ['policy', '--json', 'validate', file],
      ['policy', 'validate', file, '--json', '-q', '-vv'],
      ['--server', 'http://127.0.0.1:1', '--config=none.toml', '-v', 'policy', 'validate', '--json', file],
    ])
      expect(JSON.parse((await masker(args)).output), args.join(' ')).toEqual({ valid: true, problems: [] });
    const shown = await masker(['--policy', file, 'config']);
    expect(JSON.parse(shown.output)).toMatchObject({ MASKER_POLICY_PATH: file });
    expect(Object.keys(JSON.parse((await masker(['keys', 'generate', '--json'])).output) as object)).toHaveLength(4);
    for (const wrong of [
      ['--nonsense', 'config'],
      ['config', '--nonsense'],
      ['--json', 'nonsense'],
      ['help', 'nonsense'],
    ])
      expect((await masker(wrong)).code, wrong.join(' ')).toBe(64);
  });
});

describe('completion', () => {
  /** What bash would offer for the line; the cursor is at its end. */
  async function complete(line: string): Promise<string[]> {
    const words = line.split(' ');
    const program = `source ${script}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _masker; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', program], { cwd: folder });
    return stdout.split('\n').filter((word) => word !== '');
  }

  test.each([
    ['a command', 'masker doc', ['doctor']],
    ['a command below another', 'masker agents ', ['list', 'show', 'create', 'update', 'delete']],
    ['a command after a global option with its value', 'masker --server http://localhost sess', ['sessions']],
    ['an option of the command', 'masker sessions list --min', ['--min-redactions']],
    ['an option after the value of another', 'masker report --format pdf --outp', ['--output']],
    ['nothing for the value of an option that names no file', 'masker sessions list --status ', []],
    ['a file after an option that names one', 'masker detect --input masker.b', ['masker.bash']],
    ['a file where the command takes an argument', 'masker policy validate masker.b', ['masker.bash']],
  ])('in bash offers %s', async (_what, line, expected) => {
    expect((await complete(line)).sort()).toEqual([...expected].sort());
  });

  describe.each(['zsh', 'fish'])('for %s', (shell) => {
    test('has every command', async () => {
      const { code, output } = await masker(['completion', shell]);
      expect(code).toBe(0);
      for (const key of tree.keys()) expect(output).toContain(key.split(' ').at(-1) ?? '');
    });

    test.skipIf(!isInstalled(shell))('is valid', async () => {
      const file = path.join(folder, `masker.${shell}`);
      await writeFile(file, (await masker(['completion', shell])).output);
      await promisify(execFile)(shell, ['-n', file]);
    });
  });

  test('for another shell is wrong usage', async () => {
    expect((await masker(['completion', 'tcsh'])).code).toBe(64);
  });
});

describe('--jsonl', () => {
  const input = [
    '{"id":1,"text":"call 415-555-0142"}',
    '',
    '{"id":"b","text":"nothing here"}',
    '{"text":"write to a@example.org"}',
  ].join('\n');

  test('of detect reads an object from each line and prints one for each, with its id', async () => {
    const { code, output, errors } = await masker(['detect', '--jsonl'], { input });
    expect([code, errors]).toEqual([0, '']);
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id?: unknown; spans: { kind: string }[] });
    expect(lines.map(({ id, spans }) => [id, spans.map(({ kind }) => kind)])).toEqual([
      [1, ['PHONE']],
      ['b', []],
      [undefined, ['EMAIL']],
    ]);
  });

  test('of detect names the line that is no such object, and repeats nothing of it', async () => {
    const { code, output, errors } = await masker(['detect', '--jsonl'], {
      input: `${input}\n{"txt":"415-555-0199"}\n`,
    });
    expect([code, errors]).toEqual([2, 'masker: line 5 is not a JSON object with "text", a string\n']);
    expect(output.trimEnd().split('\n')).toHaveLength(3);
  });

  test('of detect shows its progress on a terminal only', async () => {
    const file = path.join(folder, 'calls.jsonl');
    await writeFile(file, `${input}\n`);
    const terminal = await promisify(execFile)('script', [
      '-qec',
      `${process.execPath} ${MAIN} detect --jsonl --input ${file}`,
      '/dev/null',
    ]);
    expect(terminal.stdout).toMatch(/Searching \[#+\] 100 %/);
    expect((await masker(['detect', '--jsonl', '--input', file])).errors).toBe('');
  });
});

describe('masker policy diff', () => {
  test('prints the settings that differ, with 2, and with 3 where a file is invalid', async () => {
    const [before, after, bad] = ['before.yaml', 'after.yaml', 'bad.yaml'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(before, 'name: a\n');
    await writeFile(after, 'name: b\nentities: { PHONE: { action: redact } }\n');
    await writeFile(bad, 'entities: { PHNE: {} }\n');
    expect(await masker(['policy', 'diff', before, before])).toMatchObject({
      code: 0,
      output: 'No setting differs.\n',
    });
    const differs = await masker(['policy', 'diff', before, after]);
    expect([differs.code, differs.output]).toEqual([2, 'entities.PHONE.action: "tokenize" → "redact"\n']);
    expect((await masker(['policy', 'diff', before, bad])).code).toBe(3);
  });
});
