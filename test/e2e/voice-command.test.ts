/** `masker-voice` with the built command: servers that answer as the two APIs are documented, and recogniser programs. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readWav } from '../../src/voice/wav.ts';
import { masker, maskerVoice } from '../built-command.ts';
import type { Ran } from '../built-command.ts';
import { temporaryFolder } from '../database.ts';
import { wavFile } from '../wav-files.ts';

interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let folder: string;
let url: string;
let asked: Asked[];
let answer: { status: number; body: string };
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    asked.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
});

const RATE = 8000;
const SECONDS = 12;
/** A tone of its own in each frame: a frame that is covered differs. */
const RECORDING = wavFile({
  rate: RATE,
  data: Buffer.from(new Int16Array(RATE * SECONDS).map((_, frame) => 1000 + (frame % 500)).buffer),
});
const SAID =
  'thank you for calling what is your date of birth|march fourteenth nineteen eighty two my number is four one five eight six seven five three oh nine';
/** The words of SAID, four a second; the bar changes the speaker. */
const WORDS = SAID.split('|').flatMap((turn, speaker) => turn.split(' ').map((word) => ({ word, speaker })));
const timed = WORDS.map(({ word, speaker }, at) => ({
  word,
  start: at / 4,
  end: at / 4 + 0.2,
  confidence: 0.99,
  speaker,
}));

const file = (name: string): string => path.join(folder, name);
let env: Record<string, string>;
const run = (args: readonly string[], more: Record<string, string> = {}): Promise<Ran> =>
  maskerVoice(args, { cwd: folder, env: { HOME: folder, ...env, ...more } });

beforeAll(async () => {
  folder = await temporaryFolder();
  // No connection is closed between two requests: a client would reuse it at that moment.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(file('call.wav'), RECORDING);
  await writeFile(file('call.mp3'), Buffer.concat([Buffer.from('ID3'), Buffer.alloc(200)]));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, body: '{}' };
  env = {};
});

interface Transcript {
  readonly asr_provider: string;
  readonly turns: readonly {
    readonly speaker: string | null;
    readonly start: number | null;
    readonly end: number | null;
    readonly text: string;
    readonly events: readonly { readonly entity_kind: string }[];
  }[];
}
const transcriptOf = ({ code, output, errors }: Ran): Transcript => {
  expect(code, errors).toBe(0);
  return JSON.parse(output) as Transcript;
};
const deepgram = (words: readonly object[]): string =>
  JSON.stringify({
    metadata: {},
    results: { channels: [{ alternatives: [{ transcript: '', confidence: 1, words }] }] },
  });
const VALUES = /fourteenth|eighty two|four one five|five three/;

describe('masker-voice replay', () => {
  test('asks Deepgram and prints the masked turns of the speakers', async () => {
    env = { MASKER_ASR_DEEPGRAM_BASE_URL: url, MASKER_ASR_DEEPGRAM_API_KEY: 'key-of-deepgram' };
    answer = { status: 200, body: deepgram(timed) };
    const { turns, asr_provider: provider } = transcriptOf(await run(['replay', '--input', 'call.wav']));
    expect(asked).toEqual([
      expect.objectContaining({
        url: '/v1/listen?model=nova-3&punctuate=true&diarize=true',
        headers: expect.objectContaining({
          authorization: 'Token key-of-deepgram',
          'content-type': 'audio/wav',
        }) as unknown,
        body: RECORDING,
      }),
    ]);
    expect(provider).toBe('deepgram');
    expect(turns.map(({ speaker, start, end }) => [speaker, start, end])).toEqual([
      ['0', 0, 2.45],
      ['1', 2.5, 6.95],
    ]);
    expect(turns[0]?.text).toBe('thank you for calling what is your date of birth');
    expect(turns[1]?.text).toMatch(/^MSKV1\.DOB\.\S+ my number is MSKV1\.PHONE\.\S+$/);
    expect(turns[1]?.events.map(({ entity_kind: kind }) => kind)).toEqual(['DOB', 'PHONE']);
  });

  test('groups by pauses and tells no speakers apart with --diarize false', async () => {
    env = { MASKER_ASR_DEEPGRAM_BASE_URL: `${url}/v1/`, MASKER_ASR_DEEPGRAM_API_KEY: 'k' };
    answer = {
      status: 200,
      body: deepgram(timed.map((word, at) => (at < 10 ? word : { ...word, start: word.start + 2, end: word.end + 2 }))),
    };
    const { turns } = transcriptOf(await run(['replay', '--input', 'call.mp3', '--diarize', 'false']));
    expect(asked[0]).toMatchObject({
      url: expect.stringContaining('diarize=false') as string,
      headers: { 'content-type': 'audio/mpeg' },
    });
    expect(turns.map(({ speaker }) => speaker)).toEqual([null, null]);
    expect(turns.map(({ text }) => text).join(' ')).not.toMatch(VALUES);
  });

  test('asks an OpenAI-compatible server for words, and for speakers where the model tells them apart', async () => {
    env = { MASKER_ASR_OPENAI_BASE_URL: `${url}/v1`, MASKER_ASR_OPENAI_API_KEY: 'key-of-openai' };
    const words = timed.map(({ word, start, end }) => ({ word, start, end }));
    answer = { status: 200, body: JSON.stringify({ task: 'transcribe', text: SAID, words, segments: [] }) };
    const { turns } = transcriptOf(await run(['replay', '--input', 'call.wav', '--asr-provider', 'openai']));
    expect(turns.map(({ text }) => text).join(' ')).not.toMatch(VALUES);
    const form = await formOf(asked[0]);
    expect(asked[0]?.url).toBe('/v1/audio/transcriptions');
    expect(asked[0]?.headers.authorization).toBe('Bearer key-of-openai');
    expect([form.get('model'), form.get('response_format'), form.getAll('timestamp_granularities[]')]).toEqual([
      'whisper-1',
      'verbose_json',
      ['word', 'segment'],
    ]);
    expect(Buffer.from(await (form.get('file') as File).arrayBuffer())).toEqual(RECORDING);

    const [agent = '', caller = ''] = SAID.split('|');
    const segments = [
      { type: 'transcript.text.segment', id: '1', speaker: 'A', start: 0, end: 2.4, text: ` ${agent}` },
      { type: 'transcript.text.segment', id: '2', speaker: 'B', start: 2.5, end: 7, text: ` ${caller}` },
    ];
    answer = { status: 200, body: JSON.stringify({ text: SAID, segments }) };
    const told = transcriptOf(
      await run(['replay', '--input', 'call.wav'], { MASKER_ASR_OPENAI_MODEL: 'gpt-4o-transcribe-diarize' }),
    );
    const diarized = await formOf(asked[1]);
    expect([diarized.get('response_format'), diarized.get('chunking_strategy')]).toEqual(['diarized_json', 'auto']);
    expect(told.turns.map(({ speaker, text }) => [speaker, VALUES.test(text)])).toEqual([
      ['A', false],
      ['B', false],
    ]);
  });

  test('runs a program, which gets the recording as its last argument and none of our variables', async () => {
    await writeFile(
      file('program.mjs'),
      `import { readFileSync, writeFileSync } from 'node:fs';
       const names = Object.keys(process.env).filter((name) => name.startsWith('MASKER_'));
       writeFileSync('seen.json', JSON.stringify([process.argv.slice(2), names]));
       process.stdout.write(readFileSync('printed.txt'));`,
    );
    env = { MASKER_ASR_LOCAL_COMMAND: `${process.execPath} program.mjs --fast`, MASKER_ASR_DEEPGRAM_API_KEY: 'k' };
    await writeFile(file('printed.txt'), `${SAID.replace('|', '\n')}\n`);
    const plain = transcriptOf(await run(['replay', '--input', 'call.wav']));
    expect(JSON.parse(await readFile(file('seen.json'), 'utf8'))).toEqual([['--fast', 'call.wav'], []]);
    expect([plain.asr_provider, plain.turns.length]).toEqual(['whisper-local', 2]);
    expect(JSON.stringify(plain)).not.toMatch(VALUES);
    await writeFile(file('printed.txt'), JSON.stringify({ words: timed }));
    const words = transcriptOf(await run(['replay', '--input', 'call.wav']));
    expect(words.turns.map(({ speaker }) => speaker)).toEqual(['0', '1']);
  });

  test('writes the transcript for its owner only with --output, by the policy that is given', async () => {
    env = { MASKER_ASR_DEEPGRAM_BASE_URL: url, MASKER_ASR_DEEPGRAM_API_KEY: 'k' };
    answer = { status: 200, body: deepgram(timed) };
    await writeFile(file('p.yaml'), 'name: p\nversion: 7\nentities:\n  PHONE: { action: redact }\n');
    const ran = await run(['replay', '--input', 'call.wav', '--policy', 'p.yaml', '--output', 'transcript.json']);
    expect(ran).toMatchObject({ code: 0, output: '' });
    expect((await stat(file('transcript.json'))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file('transcript.json'), 'utf8'))).toMatchObject({
      policy_name: 'p',
      policy_version: 7,
      turns: [{}, { text: expect.stringMatching(/\[REDACTED:PHONE\]$/) as string }],
    });
  });

  test.each([
    ['no recogniser is configured', 64, {}, {}],
    ['the provider lacks its key', 4, {}, { args: ['--asr-provider', 'deepgram'] }],
    ['the key is refused', 4, { status: 401 }, { deepgram: true }],
    ['the provider fails', 2, { status: 500, body: '"March fourteenth"' }, { deepgram: true }],
    ['the answer is not JSON', 2, { body: 'March fourteenth' }, { deepgram: true }],
    ['the answer is not as documented', 2, { body: '{"results":{"channels":[]}}' }, { deepgram: true }],
    ['times are no times', 2, { body: deepgram([{ word: 'march', start: -1, end: 'x' }]) }, { deepgram: true }],
    [
      'nobody answers',
      5,
      {},
      { env: { MASKER_ASR_DEEPGRAM_BASE_URL: 'http://127.0.0.1:1', MASKER_ASR_DEEPGRAM_API_KEY: 'k' } },
    ],
    ['the program does not exist', 5, {}, { env: { MASKER_ASR_LOCAL_COMMAND: '/no/such/program' } }],
    ['the program fails', 2, {}, { env: { MASKER_ASR_LOCAL_COMMAND: 'false' } }],
    ['the recording is not there', 1, {}, { deepgram: true, args: ['--input', 'none.wav'] }],
    ['the recording is neither WAV nor MP3', 2, {}, { deepgram: true, args: ['--input', 'p.txt'] }],
    ['the policy is invalid', 3, {}, { deepgram: true, args: ['--policy', 'bad.yaml'] }],
    ['the provider is unknown', 64, {}, { args: ['--asr-provider', 'nobody'] }],
  ] as const)('where %s ends with %i and prints nothing of the recording', async (_case, code, given, how) => {
    await writeFile(file('p.txt'), 'some text');
    await writeFile(file('bad.yaml'), 'name: p\nentities: { PHNE: {} }\n');
    answer = { ...answer, ...given };
    const configured =
      'deepgram' in how ? { MASKER_ASR_DEEPGRAM_BASE_URL: url, MASKER_ASR_DEEPGRAM_API_KEY: 'secret-key' } : {};
    env = { ...configured, ...('env' in how ? how.env : {}) };
    const ran = await run(['replay', '--input', 'call.wav', ...('args' in how ? how.args : [])]);
    expect(ran, ran.errors).toMatchObject({ code, output: '' });
    expect(ran.errors).not.toMatch(/fourteenth|secret-key/);
  });
});

async function formOf(request: Asked | undefined): Promise<FormData> {
  const type = request?.headers['content-type'] ?? '';
  return new Response(Uint8Array.from(request?.body ?? []), { headers: { 'content-type': type } }).formData();
}

describe('masker-voice redact', () => {
  const redacting = { MASKER_ASR_DEEPGRAM_BASE_URL: '', MASKER_ASR_DEEPGRAM_API_KEY: 'k' };
  beforeEach(async () => {
    env = { ...redacting, MASKER_ASR_DEEPGRAM_BASE_URL: url };
    answer = { status: 200, body: deepgram(timed) };
    await rm(file('covered.wav'), { force: true });
  });

  test('covers the words of values and nothing else, and keeps the number of frames', async () => {
    const ran = await run(['redact', '--input', 'call.wav', '--output', 'covered.wav', '--json']);
    expect(ran, ran.errors).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.output)).toMatchObject({ covered: 2, seconds: SECONDS });
    const [before, after] = [readWav(RECORDING), readWav(await readFile(file('covered.wav')))];
    if (!before.ok || !after.ok) throw new Error('no WAV file');
    expect(after.wav).toMatchObject({ frames: before.wav.frames, rate: RATE, channels: 1 });
    expect((await stat(file('covered.wav'))).mode & 0o777).toBe(0o600);
    const frame = (seconds: number, wav = after.wav): Buffer =>
      Buffer.from(wav.data.subarray(2 * Math.round(seconds * RATE), 2 * Math.round(seconds * RATE) + 200));
    const isCovered = (seconds: number): boolean => !frame(seconds).equals(frame(seconds, before.wav));
    // Words 10 to 14 are the date, 18 to 27 the number.
    expect(timed.map(({ start }) => isCovered(start + 0.1))).toEqual(
      timed.map((_, at) => (at >= 10 && at <= 14) || (at >= 18 && at <= 27)),
    );
  });

  test('removes the new recording where a second transcription still hears a value', async () => {
    const ran = await run(['redact', '--input', 'call.wav', '--output', 'covered.wav', '--verify']);
    expect(ran.code).toBe(2);
    expect(asked).toHaveLength(2);
    await expect(stat(file('covered.wav'))).rejects.toThrow();
    expect(ran.errors).not.toMatch(VALUES);
  });

  test.each([
    [
      'gives no times',
      JSON.stringify({ text: 'my name is maria' }),
      { MASKER_ASR_OPENAI_BASE_URL: 'SERVER' },
      ['--asr-provider', 'openai'],
    ],
    ['hears nothing', deepgram([]), {}, []],
    ['gives times that are not in the recording', deepgram([{ word: 'maria', start: 20, end: 21 }]), {}, []],
    ['gives times that go back', deepgram([{ word: 'maria', start: 3, end: 2 }]), {}, []],
  ])('writes nothing where the recogniser %s', async (_case, body, more, args) => {
    answer = { status: 200, body };
    const others = Object.fromEntries(
      Object.entries(more).map(([name, value]) => [name, value === 'SERVER' ? url : value]),
    );
    const ran = await run(['redact', '--input', 'call.wav', '--output', 'covered.wav', ...args], others);
    expect(ran, ran.errors).toMatchObject({ code: 2, output: '' });
    await expect(stat(file('covered.wav'))).rejects.toThrow();
  });

  test('refuses a recording that is no readable WAV, and a file that exists', async () => {
    await writeFile(file('cut.wav'), RECORDING.subarray(0, 1000));
    expect((await run(['redact', '--input', 'cut.wav', '--output', 'covered.wav'])).code).toBe(2);
    expect((await run(['redact', '--input', 'call.mp3', '--output', 'covered.wav'])).code).toBe(2);
    await writeFile(file('covered.wav'), 'mine');
    expect((await run(['redact', '--input', 'call.wav', '--output', 'covered.wav'])).code).toBe(1);
    expect(await readFile(file('covered.wav'), 'utf8')).toBe('mine');
  });
});

test('the program has help with examples, completion scripts, and exit code 64 for what it does not know', async () => {
  const help = await run(['replay', '--help']);
  expect([help.code, help.output]).toEqual([0, expect.stringContaining('$ masker-voice replay --input call.wav')]);
  expect((await run(['completion', 'bash'])).output).toContain(
    "'redact') words='--input --output --policy --asr-provider",
  );
  expect((await run(['rewind'])).code).toBe(64);
  expect((await run(['redact', '--input', 'call.wav'])).code).toBe(64);
});

test('a server starts with the variables of recognisers in its environment', async () => {
  const { code } = await masker(['config'], {
    cwd: folder,
    env: { MASKER_ASR_LOCAL_COMMAND: 'x', MASKER_DEV: '1', HOME: folder },
  });
  expect(code).toBe(0);
});
