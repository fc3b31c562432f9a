/** `masker synth` with the built command: here, and through a server. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { masker } from '../built-command.ts';
import type { Ran } from '../built-command.ts';
import { createTestDatabase, temporaryFolder } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';

const SAID = 'This is Maria Gonzalez, call me back on 415-867-5309.\n';
const MADE = /^This is (?!Maria)[A-Z][\w ]* (?!Gonzalez)[A-Z][\w ]*, call me back on 415-555-\d{4}\.\n$/;

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (args: readonly string[], input = SAID, env: Record<string, string> = {}): Promise<Ran> =>
  masker(['synth', ...args], { cwd: folder, env: { HOME: folder, ...env }, input });

describe('masker synth', () => {
  test('prints the text with surrogates and nothing else, the same for the same seed', async () => {
    const once = await run(['--seed', 'spring']);
    expect(once).toMatchObject({ code: 0, errors: '', output: expect.stringMatching(MADE) as string });
    expect((await run(['--seed', 'spring'])).output).toBe(once.output);
    expect((await run([])).output).not.toBe(once.output);
  });

  test('prints with --json the events too, by the policy that is given', async () => {
    const policy = path.join(folder, 'p.yaml');
    await writeFile(policy, 'name: p\nversion: 7\nentities:\n  NAME: { action: passthrough }\n');
    const { code, output } = await run(['--json', '--policy', policy]);
    const { text, events, ...by } = JSON.parse(output) as {
      text: string;
      events: { entity_kind: string; surrogate_span: readonly [number, number] | null }[];
    };
    expect([code, by]).toEqual([0, { policy_name: 'p', policy_version: 7 }]);
    expect(text).toMatch(/^This is Maria Gonzalez, call me back on 415-555-\d{4}\.\n$/);
    expect(events.map(({ entity_kind: kind, surrogate_span: span }) => [kind, span && text.slice(...span)])).toEqual([
      ['NAME', null],
      ['PHONE', expect.stringMatching(/^415-555-\d{4}$/)],
    ]);
  });

  test('replaces line by line with --jsonl, one value by one surrogate in the whole run', async () => {
    const lines = ['Maria Gonzalez here', 'chart of Maria Gonzalez', 'nothing'].map((text, id) =>
      JSON.stringify({ id, text }),
    );
    const { code, output } = await run(['--jsonl'], lines.join('\n'));
    const made = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; text: string });
    expect([code, made.map(({ id }) => id), made[2]?.text]).toEqual([0, [0, 1, 2], 'nothing']);
    const name = made[0]?.text.replace(' here', '');
    expect(name).not.toMatch(/Maria|Gonzalez/);
    expect(made[1]?.text).toBe(`chart of ${name ?? ''}`);
    expect((await run(['--jsonl'], '{"text": 1}')).code).toBe(2);
  });

  test('ends with 3 for an invalid policy, 64 for a seed that is none and 1 for a file that is not there', async () => {
    const policy = path.join(folder, 'invalid.yaml');
    await writeFile(policy, 'name: p\nentities: { PHNE: {} }\n');
    expect((await run(['--policy', policy])).code).toBe(3);
    expect((await run(['--seed', ''])).code).toBe(64);
    expect((await run(['--seed', 'x'.repeat(257)])).code).toBe(64);
    expect((await run(['--input', path.join(folder, 'none')])).code).toBe(1);
  });
});

describe('masker synth --server', () => {
  let db: TestDatabase;
  let instance: TestInstance;
  beforeAll(async () => {
    db = await createTestDatabase();
    instance = await startTestInstance(db.url);
  });
  afterAll(async () => {
    await instance.close();
    await db.drop();
  });

  test('has the server make what is made here with the same seed', async () => {
    const env = { MASKER_TOKEN: BOOTSTRAP_TOKEN };
    const there = await run(['--server', instance.url, '--seed', 'spring'], SAID, env);
    expect(there, there.errors).toMatchObject({ code: 0, output: (await run(['--seed', 'spring'])).output });
    const json = await run(['--server', instance.url, '--json'], SAID, env);
    expect(JSON.parse(json.output)).toMatchObject({
      text: expect.stringMatching(MADE) as string,
      events: [{ entity_kind: 'NAME' }, { entity_kind: 'PHONE' }],
      policy_name: 'healthcare-default',
    });
  });

  test('ends with 4 without a token, 5 without a server and 3 for an invalid policy', async () => {
    expect((await run(['--server', instance.url])).code).toBe(4);
    expect((await run(['--server', 'http://127.0.0.1:1'])).code).toBe(5);
    const policy = path.join(folder, 'invalid-there.yaml');
    await writeFile(policy, 'name: p\nentities: { PHNE: {} }\n');
    expect(
      (await run(['--server', instance.url, '--policy', policy], SAID, { MASKER_TOKEN: BOOTSTRAP_TOKEN })).code,
    ).toBe(3);
  });
});
