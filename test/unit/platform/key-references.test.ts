/** Keys that are not in their variables: files, programs and credentials of systemd. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/platform/config.ts';
import type { Config, ConfigProblem, Environment } from '../../../src/platform/config.ts';
import { commandWords } from '../../../src/platform/key-references.ts';

/** 32 bytes in base64, another for each number. */
const key = (n: number): string => Buffer.from(Array.from({ length: 32 }, (_, at) => n + at)).toString('base64');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'masker-references-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function secretFile(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A program of Node's that runs `code`, as an exec: value. */
const exec = (code: string): string => `exec:"${process.execPath}" -e "${code.replace(/[\\"]/g, '\\$&')}"`;

function loaded(env: Environment): Config {
  const result = loadConfig(env);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

function problems(env: Environment): readonly ConfigProblem[] {
  const result = loadConfig(env);
  return result.ok ? [] : result.problems;
}

const ringOf = (config: Config): readonly string[] =>
  config.keys.ring.map(({ kid, role, secret }) => `${kid} ${role} ${Buffer.from(secret.reveal()).toString('base64')}`);

/** References that cannot be followed, and what is said of each. */
const FAULTY: readonly (readonly [string, () => string, string | RegExp])[] = [
  ['a missing file', () => `file:${path.join(folder, 'none')}`, 'names a file that cannot be read (ENOENT)'],
  ['a folder', () => `file:${folder}`, 'names something that is not a file'],
  ['no file', () => 'file:', 'must name a file: file:/run/secrets/key'],
  ['a large file', () => `file:${secretFile('large', 'x'.repeat(5000))}`, 'names a file of more than 4096 bytes'],
  ['an empty file', () => `file:${secretFile('empty', '\n')}`, 'refers to an empty text'],
  ['a program that fails', () => exec('process.exit(3)'), 'names a program that ended with exit code 3'],
  [
    'a program that prints too much',
    () => exec("process.stdout.write('x'.repeat(1e6))"),
    'names a program that printed more than 4096 bytes',
  ],
  ['a program that is not there', () => 'exec:/no/such/program', /^names a program that does not exist/],
  ['an open quote', () => 'exec:"/bin/echo', /^must name a program and its arguments/],
  ['no program', () => 'exec:', /^must name a program and its arguments/],
  ['a file without a key', () => `file:${secretFile('short', 'c2hvcnQ=')}`, /^must be base64 of exactly 32 bytes/],
];

describe('a key reference', () => {
  test('to a file is read, without the line end behind it', () => {
    const config = loaded({
      MASKER_KEY_K_A: `file:${secretFile('a', `${key(1)}\n`)}`,
      MASKER_KEY_K_A_OLD: `file:${secretFile('b', key(2))}`,
      MASKER_AUDIT_HMAC_KEY: `file:${secretFile('c', `${key(3)}\r\n`)}`,
    });
    expect(ringOf(config)).toEqual([`K_A active ${key(1)}`, `K_A old ${key(2)}`]);
    expect(Buffer.from(config.keys.auditHmac?.reveal() ?? []).toString('base64')).toBe(key(3));
  });

  test('to a program is what it prints, with words in quotes and without our own variables', () => {
    const code = `process.stdout.write(Object.keys(process.env).some((n) => n.startsWith('MASKER_')) ? 'no' : '${key(4)}')`;
    const config = loaded({ PATH: process.env['PATH'], MASKER_KEY_K_A: exec(code), MASKER_DEV: '1' });
    expect(ringOf(config)).toEqual([`K_A active ${key(4)}`]);
  });

  test('is not given to a shell', () => {
    const mark = path.join(folder, 'mark');
    problems({ PATH: process.env['PATH'], MASKER_KEY_K_A: `exec:echo x > ${mark}; touch ${mark}` });
    expect(existsSync(mark)).toBe(false);
  });

  test.each(FAULTY)('to %s is a problem of its variable', (_, reference, message) => {
    const found = problems({ PATH: process.env['PATH'], MASKER_KEY_K_A: reference() });
    expect(found).toHaveLength(1);
    expect(found[0]?.variable).toBe('MASKER_KEY_K_A');
    expect(found[0]?.message).toMatch(message);
  });

  test('that fails is listed with all others, and never with path, command or content', () => {
    const found = problems({
      NODE_ENV: 'production',
      PATH: process.env['PATH'],
      MASKER_KEY_K_A: `file:${path.join(folder, 'sought-path')}`,
      MASKER_KEY_K_B: `file:${secretFile('wrong', 'sought-content')}`,
      MASKER_AUDIT_HMAC_KEY: exec("console.log('sought-output')"),
      MASKER_SIGNING_KEY: 'exec:/sought-command',
      MASKER_SESSION_SECRET: 'file:sought-file',
    });
    expect(found.map(({ variable }) => variable).sort()).toEqual([
      'MASKER_AUDIT_HMAC_KEY',
      'MASKER_KEY_K_A',
      'MASKER_KEY_K_B',
      'MASKER_SESSION_SECRET',
      'MASKER_SIGNING_KEY',
    ]);
    expect(JSON.stringify(found)).not.toContain('sought');
  });
});

describe('CREDENTIALS_DIRECTORY', () => {
  function credentials(files: Readonly<Record<string, string>>): string {
    const place = mkdtempSync(path.join(folder, 'credentials-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(place, name), text);
    return place;
  }

  test('gives the variables that its files are named as, and nothing else', () => {
    const place = credentials({ MASKER_KEY_K_A: `${key(5)}\n`, MASKER_OPENAI_API_KEY: 'sk-1', 'other.pem': 'x' });
    const config = loaded({ CREDENTIALS_DIRECTORY: place });
    expect(ringOf(config)).toEqual([`K_A active ${key(5)}`]);
    expect(config.variables.MASKER_OPENAI_API_KEY?.reveal()).toBe('sk-1');
  });

  test('that has another value than a variable is refused, and the same value is not', () => {
    const place = credentials({ MASKER_KEY_K_A: key(6) });
    expect(problems({ CREDENTIALS_DIRECTORY: place, MASKER_KEY_K_A: key(6) })).toEqual([]);
    expect(problems({ CREDENTIALS_DIRECTORY: place, MASKER_KEY_K_A: key(7) })).toEqual([
      {
        variable: 'MASKER_KEY_K_A',
        message: 'is set, and CREDENTIALS_DIRECTORY has another value for it: remove one of them',
      },
    ]);
  });

  test('with an unknown, an empty or an unreadable credential is refused by its name', () => {
    const place = credentials({ MASKER_KEY_K_A: '', MASKER_LOGLEVEL: 'x' });
    mkdirSync(path.join(place, 'MASKER_SIGNING_KEY'));
    expect(problems({ CREDENTIALS_DIRECTORY: place }).map(({ variable }) => variable)).toEqual(
      expect.arrayContaining(['MASKER_KEY_K_A', 'MASKER_LOGLEVEL', 'MASKER_SIGNING_KEY']),
    );
    expect(problems({ CREDENTIALS_DIRECTORY: path.join(folder, 'none') })).toEqual([
      { variable: 'CREDENTIALS_DIRECTORY', message: 'is a folder that cannot be read (ENOENT)' },
    ]);
  });
});

describe('commandWords', () => {
  test.each([
    ['a b  c', ['a', 'b', 'c']],
    [`a 'b c' "d 'e'"`, ['a', 'b c', "d 'e'"]],
    [`a b\\ c "d\\"e" '\\'`, ['a', 'b c', 'd"e', '\\']],
    [`a "" b`, ['a', '', 'b']],
    ['  ', []],
    [`a 'b`, null],
    ['$HOME `id` *', ['$HOME', '`id`', '*']],
  ])('splits %s', (command, words) => {
    expect(commandWords(command)).toEqual(words);
  });
});
