/** The recogniser that the options and the environment name. */
import { readFile, stat } from 'node:fs/promises';
import type { Environment } from '../../platform/config.ts';
import { withReferences } from '../../platform/key-references.ts';
import { StartError } from '../../platform/start-error.ts';
import { deepgramRecogniser } from '../../voice/deepgram-recogniser.ts';
import { localRecogniser } from '../../voice/local-recogniser.ts';
import { openaiRecogniser } from '../../voice/openai-recogniser.ts';
import { formOf, RecogniserFailure } from '../../voice/recogniser.ts';
import type { Recogniser, Recording } from '../../voice/recogniser.ts';
import type { Turn } from '../../voice/transcript.ts';
import { CommandFailure, EXIT } from '../commands/client/command-failure.ts';
import { unreadable } from '../commands/unreadable-file.ts';

export const PROVIDERS = ['deepgram', 'openai', 'whisper-local'] as const;
export type Provider = (typeof PROVIDERS)[number];

const OPENAI_URL = 'https://api.openai.com';
const DEEPGRAM_URL = 'https://api.deepgram.com';
const OPENAI_MODEL = 'whisper-1';
/** A call of ten hours, in samples as telephones have them. */
const MOST_BYTES = 1024 * 1024 * 1024;

const EXIT_OF: Readonly<Record<RecogniserFailure['kind'], CommandFailure['exitCode']>> = {
  unreachable: EXIT.unreachable,
  credentials: EXIT.authentication,
  answer: EXIT.command,
};

/** Throws CommandFailure where no recogniser is named or its variables are missing. */
export function chosenRecogniser(given: Provider | undefined, environment: Environment): Recogniser {
  const env = resolved(environment);
  const set = (name: string): string | null => ((env[name] ?? '') === '' ? null : (env[name] ?? null));
  const provider = given ?? configured(set);
  switch (provider) {
    case 'deepgram': {
      const apiKey = set('MASKER_ASR_DEEPGRAM_API_KEY');
      if (apiKey === null) throw new CommandFailure(EXIT.authentication, 'Set MASKER_ASR_DEEPGRAM_API_KEY.');
      return deepgramRecogniser({ baseUrl: address('MASKER_ASR_DEEPGRAM_BASE_URL', set, DEEPGRAM_URL), apiKey });
    }
    case 'openai': {
      const apiKey = set('MASKER_ASR_OPENAI_API_KEY');
      // A server of one's own may need no key.
      if (apiKey === null && set('MASKER_ASR_OPENAI_BASE_URL') === null)
        throw new CommandFailure(EXIT.authentication, 'Set MASKER_ASR_OPENAI_API_KEY, or MASKER_ASR_OPENAI_BASE_URL.');
      const baseUrl = address('MASKER_ASR_OPENAI_BASE_URL', set, OPENAI_URL);
      return openaiRecogniser({ baseUrl, apiKey, model: set('MASKER_ASR_OPENAI_MODEL') ?? OPENAI_MODEL });
    }
    case 'whisper-local': {
      const command = set('MASKER_ASR_LOCAL_COMMAND');
      if (command === null)
        throw new CommandFailure(EXIT.usage, 'Set MASKER_ASR_LOCAL_COMMAND to the recogniser program.');
      return failing(() => localRecogniser(command, env));
    }
  }
}

function configured(set: (name: string) => string | null): Provider {
  if (set('MASKER_ASR_LOCAL_COMMAND') !== null) return 'whisper-local';
  if (set('MASKER_ASR_DEEPGRAM_API_KEY') !== null) return 'deepgram';
  if (set('MASKER_ASR_OPENAI_BASE_URL') !== null || set('MASKER_ASR_OPENAI_API_KEY') !== null) return 'openai';
  throw new CommandFailure(
    EXIT.usage,
    'No recogniser is configured. Set MASKER_ASR_LOCAL_COMMAND, MASKER_ASR_DEEPGRAM_API_KEY or MASKER_ASR_OPENAI_BASE_URL.',
  );
}

function address(name: string, set: (name: string) => string | null, otherwise: string): string {
  const given = set(name);
  if (given === null) return otherwise;
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
    throw new StartError(`${name} must be an address that begins with https:// or http://.`);
  return given;
}

/** Keys may be in files, and come from programs. Throws StartError. */
function resolved(env: Environment): Environment {
  const problems: string[] = [];
  const read = withReferences(
    env,
    () => false,
    (name, message) => {
      if (name.startsWith('MASKER_ASR_')) problems.push(`${name} ${message}`);
    },
  );
  if (problems.length > 0) throw new StartError(`${problems.join('; ')}.`);
  return read;
}

/** Reads a recording. Throws StartError, and CommandFailure for what is neither WAV nor MP3. */
export async function readRecording(path: string): Promise<Recording> {
  const { size } = await stat(path).catch(unreadable('--input', path));
  if (size > MOST_BYTES) throw new CommandFailure(EXIT.command, '--input is larger than 1 GiB.');
  const bytes = await readFile(path).catch(unreadable('--input', path));
  const form = formOf(bytes);
  if (form === null) throw new CommandFailure(EXIT.command, '--input is neither a WAV nor an MP3 file.');
  return { path, bytes, form };
}

/** Transcribes a recording. Throws CommandFailure. */
export async function transcribed(
  recogniser: Recogniser,
  recording: Recording,
  diarize: boolean,
): Promise<readonly Turn[]> {
  return recogniser.transcribe(recording, diarize).catch(asCommandFailure);
}

function failing<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    return asCommandFailure(error);
  }
}

function asCommandFailure(error: unknown): never {
  if (error instanceof RecogniserFailure) throw new CommandFailure(EXIT_OF[error.kind], error.message);
  throw error;
}
