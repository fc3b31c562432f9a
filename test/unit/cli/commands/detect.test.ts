import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { detectText, type DetectOptions } from '../../../../src/cli/commands/detect.ts';
import { CommandFailure } from '../../../../src/cli/commands/client/command-failure.ts';
import { StartError } from '../../../../src/platform/start-error.ts';

const OUTPUT = z.looseObject({
  detector_version: z.string(),
  spans: z.array(z.looseObject({ text: z.string(), kind: z.string(), start: z.int() })),
  candidates: z.array(z.looseObject({ kind: z.string(), recogniser: z.string(), outcome: z.string() })).optional(),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'masker-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function run(text: string, options: DetectOptions = {}): Promise<z.output<typeof OUTPUT>> {
  return OUTPUT.parse(JSON.parse(await detectText(options, Readable.from([Buffer.from(text)]))));
}

async function file(name: string, text: string): Promise<string> {
  const at = path.join(folder, name);
  await writeFile(at, text);
  return at;
}

describe('masker detect', () => {
  test('prints what it finds in the standard input', async () => {
    const { spans, candidates } = await run('call 415-555-0132');
    expect(spans).toMatchObject([{ text: '415-555-0132', kind: 'PHONE', start: 5 }]);
    expect(candidates).toBeUndefined();
  });

  test('reads a file, and goes by a policy whatever its key', async () => {
    const input = await file('call.txt', 'call 415-555-0132, mrn 7734219');
    const policy = await file(
      'policy.yaml',
      'name: trial\nversion: 1\nkid: K_TRIAL\npasses: [regex]\nentities:\n  PHONE: { enabled: false }\n',
    );
    const { spans, candidates } = await run('', { input, policy, explain: true });
    expect(spans).toMatchObject([{ kind: 'MRN', text: '7734219' }]);
    expect(candidates).toContainEqual(expect.objectContaining({ kind: 'PHONE', outcome: 'kind_disabled' }));
  });

  test('takes a threshold for what a model pass reports', async () => {
    const policy = await file('ner.yaml', 'name: trial\nversion: 1\nkid: K_TRIAL\npasses: [ner]\n');
    const outcomes = async (threshold: string): Promise<string[]> => {
      const { candidates } = await run('my name is Aurelia', { policy, threshold, explain: true });
      return (candidates ?? []).filter(({ recogniser }) => recogniser === 'name.name_is').map(({ outcome }) => outcome);
    };
    expect(await outcomes('0')).not.toContain('threshold');
    expect(await outcomes('1')).toEqual(['threshold']);
  });

  test.each([
    [{ threshold: 'much' }, new CommandFailure(64, '--threshold must be a number from 0 to 1')],
    [{ threshold: '1.5' }, new CommandFailure(64, '--threshold must be a number from 0 to 1')],
    [
      { input: '/nowhere/at/all' },
      new StartError('--input /nowhere/at/all cannot be read (ENOENT). Name a file that this user may read.'),
    ],
    [
      { policy: '/nowhere/at/all' },
      new StartError('--policy /nowhere/at/all cannot be read (ENOENT). Name a file that this user may read.'),
    ],
  ])('refuses %j', async (options, failure) => {
    await expect(run('x', options)).rejects.toThrow(failure);
  });

  test('says what is wrong with a policy, and where', async () => {
    const policy = await file('wrong.yaml', 'name: trial\nversion: 1\nkid: K_TRIAL\npasses: [regexp]\n');
    await expect(run('x', { policy })).rejects.toThrow(/^the policy is invalid:\n4:\d+: /);
  });
});
