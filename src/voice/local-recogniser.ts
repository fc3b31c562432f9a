/** Transcription by a program on this machine: it gets the path of the recording and prints text, or JSON with words. */
import { spawn } from 'node:child_process';
import { z } from 'zod';
import { commandWords } from '../platform/key-references.ts';
import { checked, RecogniserFailure, SECONDS } from './recogniser.ts';
import type { Recogniser } from './recogniser.ts';
import { turnsOf } from './transcript.ts';
import type { Turn } from './transcript.ts';

const WHO = 'the recogniser program';
const TIMEOUT_MS = 600_000;
const MOST_BYTES = 64 * 1024 * 1024;

const ANSWER = z.looseObject({
  words: z.array(
    z.looseObject({
      word: z.string(),
      start: SECONDS,
      end: SECONDS,
      speaker: z.union([z.string(), z.int()]).optional(),
    }),
  ),
});

/** `command`: a program and its arguments, run without a shell. Throws RecogniserFailure for one that names none. */
export function localRecogniser(command: string, env: Readonly<Record<string, string | undefined>>): Recogniser {
  const [program, ...args] = commandWords(command) ?? [];
  if (program === undefined || program === '')
    throw new RecogniserFailure(
      'answer',
      'MASKER_ASR_LOCAL_COMMAND must name a program and its arguments, with closed quotes.',
    );
  return {
    name: 'whisper-local',
    async transcribe({ path }, diarize) {
      const printed = await run(program, [...args, path], withoutOurs(env));
      return printed.trimStart().startsWith('{') ? timed(printed, diarize) : plain(printed);
    },
  };
}

/** Our own variables are not handed to the program: some of them are keys. */
const withoutOurs = (env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('MASKER_')));

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, {
    env,
    shell: false,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const parts: Buffer[] = [];
  let length = 0;
  child.stdout.on('data', (part: Buffer) => {
    length += part.length;
    if (length > MOST_BYTES) child.kill('SIGKILL');
    else parts.push(part);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', () => {
      reject(new RecogniserFailure('unreachable', `MASKER_ASR_LOCAL_COMMAND names ${WHO} that cannot be run.`));
    });
    child.on('close', resolve);
  });
  if (code !== 0)
    throw new RecogniserFailure(
      'answer',
      `${capital(WHO)} ended ${code === null ? 'by a signal' : `with exit code ${code}`}.`,
    );
  return Buffer.concat(parts).toString('utf8');
}

function timed(printed: string, diarize: boolean): readonly Turn[] {
  const answer = parsed(printed);
  const { words } = checked(WHO, ANSWER, answer);
  return turnsOf(
    words
      .map(({ word, start, end, speaker }) => ({
        text: word.trim(),
        start,
        end,
        speaker: diarize && speaker !== undefined ? String(speaker) : null,
      }))
      .filter(({ text }) => text !== ''),
  );
}

function parsed(printed: string): unknown {
  try {
    return JSON.parse(printed);
  } catch {
    throw new RecogniserFailure('answer', `${capital(WHO)} printed no valid JSON.`);
  }
}

/** Each line is a turn. */
const plain = (printed: string): readonly Turn[] =>
  printed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((text) => ({ speaker: null, start: null, end: null, text, words: [] }));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
