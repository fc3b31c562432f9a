/** `masker mask` and `masker unmask` with the built command: here, through a server, and back. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { masker } from '../built-command.ts';
import type { Ran } from '../built-command.ts';
import { createTestDatabase, temporaryFolder } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN, KEYS, startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';

const SAID = 'This is Maria Gonzalez, call me back on 415-555-0142.';

interface Masked {
  readonly masked: string;
  readonly events: readonly { readonly entity_kind: string; readonly span: readonly [number, number] }[];
  readonly policy_name: string;
  readonly policy_version: number;
}

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (args: readonly string[], input = SAID, env: Record<string, string> = { ...KEYS }): Promise<Ran> =>
  masker(args, { cwd: folder, env: { HOME: folder, ...env }, input });
async function masked(args: readonly string[] = [], input = SAID): Promise<Masked> {
  const ran = await run(['mask', ...args], input);
  expect(ran, ran.errors).toMatchObject({ code: 0, errors: '' });
  return JSON.parse(ran.output) as Masked;
}

describe('masker mask', () => {
  test('prints the masked text, its events and the policy, and says what each event replaced', async () => {
    const { masked: text, events, policy_name: name } = await masked();
    expect(text).toMatch(
      /^This is MSKV1\.NAME\.K_HEALTHCARE\.\w{26}, call me back on MSKV1\.PHONE\.K_HEALTHCARE\.\w{26}\.$/,
    );
    expect(events.map(({ entity_kind: kind, span: [start, end] }) => [kind, SAID.slice(start, end)])).toEqual([
      ['NAME', 'Maria Gonzalez'],
      ['PHONE', '415-555-0142'],
    ]);
    expect(name).toBe('healthcare-default');
    expect(JSON.stringify(events)).not.toMatch(/Gonzalez|0142/);
  });

  test('goes by the policy and the passes that are given, and refuses what is none', async () => {
    const policy = path.join(folder, 'p.yaml');
    await writeFile(policy, 'name: p\nversion: 7\nentities:\n  PHONE: { action: redact }\n');
    // A name without a cue, which the recognisers leave to the tagger.
    const text = 'Put Hope Whitfield down for nine, phone 415-555-0142.';
    const given = await masked(['--policy', policy, '--passes', 'regex'], text);
    expect(given).toMatchObject({ policy_name: 'p', policy_version: 7 });
    expect(given.masked).toBe('Put Hope Whitfield down for nine, phone [REDACTED:PHONE].');
    expect((await masked(['--policy', policy], text)).masked).not.toContain('Whitfield');
    await writeFile(policy, 'name: p\nentities: { PHNE: {} }\n');
    expect((await run(['mask', '--policy', policy])).code).toBe(3);
    expect((await run(['mask', '--passes', 'regex,magic'])).code).toBe(64);
    expect((await run(['mask', '--scheme', 'rot13'])).code).toBe(64);
    expect((await run(['mask', '--input', path.join(folder, 'none')])).code).toBe(1);
  });

  test('ends with 2 where nothing is found and a match is required, and prints the text all the same', async () => {
    const ran = await run(['mask', '--require-match'], 'Nothing to see here.');
    expect([ran.code, (JSON.parse(ran.output) as Masked).masked]).toEqual([2, 'Nothing to see here.']);
    expect((await run(['mask'], 'Nothing to see here.')).code).toBe(0);
  });

  test('masks without a key under one of this run, and refuses to make tokens that could not be opened', async () => {
    const ran = await run(['mask'], SAID, {});
    expect([ran.code, ran.errors]).toEqual([0, expect.stringContaining('under a key of this run')]);
    expect(ran.output).not.toContain('Gonzalez');
    expect((await run(['mask', '--scheme', 'reversible-aead'], SAID, {})).code).toBe(4);
  });
});

describe('masker unmask', () => {
  test('restores what mask made under the same keys, line by line', async () => {
    const lines = ['Maria Gonzalez', 'SSN 219-09-9999', 'nothing'].map((text, id) => JSON.stringify({ id, text }));
    const made = await run(['mask', '--jsonl', '--scheme', 'reversible-aead'], lines.join('\n'));
    expect(made.code).toBe(0);
    expect(made.output).not.toMatch(/Gonzalez|9999/);
    const tokens = made.output
      .trim()
      .split('\n')
      .map((line) => {
        const { id, masked: text } = JSON.parse(line) as { id: number; masked: string };
        return JSON.stringify({ id, text });
      });
    const back = await run(['unmask', '--jsonl'], tokens.join('\n'));
    expect(back, back.errors).toMatchObject({ code: 0 });
    expect(
      back.output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { id: 0, text: 'Maria Gonzalez', restored: 1, left: 0 },
      { id: 1, text: 'SSN 219-09-9999', restored: 1, left: 0 },
      { id: 2, text: 'nothing', restored: 0, left: 0 },
    ]);
  });

  test('leaves tokens of other keys and of the vault, says how many, and ends with 2; without a key with 4', async () => {
    const { masked: text } = await masked(['--scheme', 'reversible-aead']);
    const other = { ...KEYS, MASKER_KEY_K_HEALTHCARE: Buffer.alloc(32, 'other').toString('base64') };
    const foreign = await run(['unmask'], text, other);
    expect([foreign.code, JSON.parse(foreign.output)]).toEqual([2, { text, restored: 0, left: 2 }]);
    const vault = (await masked()).masked;
    expect((await run(['unmask'], vault)).code).toBe(2);
    expect((await run(['unmask'], text, {})).code).toBe(4);
    const rotated = { ...other, MASKER_KEY_K_HEALTHCARE_OLD: KEYS['MASKER_KEY_K_HEALTHCARE'] ?? '' };
    expect(JSON.parse((await run(['unmask'], text, rotated)).output)).toEqual({ text: SAID, restored: 2, left: 0 });
  });
});

describe('masker mask --server', () => {
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
  const remote = (
    args: readonly string[],
    env: Record<string, string> = { MASKER_TOKEN: BOOTSTRAP_TOKEN },
  ): Promise<Ran> => run(['mask', '--server', instance.url, ...args], SAID, env);

  test('has the server mask, under its policy or one that is sent', async () => {
    const ran = await remote([]);
    expect(ran, ran.errors).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.output)).toMatchObject({
      masked: expect.stringMatching(/^This is MSKV1\.NAME\./) as string,
      events: [{ entity_kind: 'NAME' }, { entity_kind: 'PHONE' }],
      policy_name: 'healthcare-default',
    });
    const policy = path.join(folder, 'remote.yaml');
    await writeFile(policy, 'name: sent\nentities:\n  NAME: { action: redact }\n');
    expect(JSON.parse((await remote(['--policy', policy])).output)).toMatchObject({
      masked: expect.stringContaining('[REDACTED:NAME]') as string,
      policy_name: 'sent',
    });
  });

  test('ends with 4 without a token, 5 without a server, 3 for an invalid policy and 64 for options of this machine', async () => {
    expect((await remote([], {})).code).toBe(4);
    expect((await run(['mask', '--server', 'http://127.0.0.1:1'])).code).toBe(5);
    const policy = path.join(folder, 'invalid.yaml');
    await writeFile(policy, 'name: p\nentities: { PHNE: {} }\n');
    expect((await remote(['--policy', policy])).code).toBe(3);
    expect((await remote(['--scheme', 'vault-random'])).code).toBe(64);
  });
});
