/** Real speech: espeak-ng says a call, pocketsphinx hears it, and what is covered is heard no more. */
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWav } from '../../src/voice/wav.ts';
import { maskerVoice } from '../built-command.ts';
import type { Ran } from '../built-command.ts';
import { temporaryFolder } from '../database.ts';
import { isInstalled } from '../programs.ts';

const RECOGNISER = path.resolve(import.meta.dirname, '../speech/recogniser.mjs');
const canSpeak = isInstalled('espeak-ng') && isInstalled('pocketsphinx_continuous');
const SAID =
  'Thank you for calling. My phone number is six one five, four three four, one two three nine. Thank you for calling.';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (args: readonly string[]): Promise<Ran> =>
  maskerVoice(args, {
    cwd: folder,
    env: { HOME: folder, MASKER_ASR_LOCAL_COMMAND: `"${process.execPath}" "${RECOGNISER}"` },
  });
const heard = async (file: string): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [RECOGNISER, path.join(folder, file)]);
  return (JSON.parse(stdout) as { words: { word: string }[] }).words.map(({ word }) => word).join(' ');
};

test.skipIf(!canSpeak)('a number that is spoken is masked in the transcript and covered in the recording', async () => {
  await promisify(execFile)('espeak-ng', ['-v', 'en-us', '-s', '120', '-w', path.join(folder, 'call.wav'), SAID]);
  expect(await heard('call.wav')).toContain('phone number is six one five four three four one two three nine');

  const { code, output, errors } = await run(['replay', '--input', 'call.wav']);
  expect(code, errors).toBe(0);
  const { turns } = JSON.parse(output) as { turns: { text: string }[] };
  const text = turns.map((turn) => turn.text).join(' ');
  expect(text).toMatch(/my phone number is MSKV1\.PHONE\.\S+/);
  expect(text).not.toMatch(/six|four|nine/);

  const covered = await run(['redact', '--input', 'call.wav', '--output', 'covered.wav', '--verify']);
  expect(covered, covered.errors).toMatchObject({ code: 0 });
  const again = await heard('covered.wav');
  expect(again).toContain('thank you for calling');
  expect(again).not.toContain('six one five four');
  expect(again).not.toContain('one two three nine');
  const [before, after] = await Promise.all(
    ['call.wav', 'covered.wav'].map(async (name) => readWav(await readFile(path.join(folder, name)))),
  );
  if (before?.ok !== true || after?.ok !== true) throw new Error('no WAV file');
  expect([after.wav.frames, after.wav.rate]).toEqual([before.wav.frames, before.wav.rate]);
});
