/** Speech recognition by a provider or a program. What they answer is checked before it is used. */
import { z } from 'zod';
import type { Turn } from './transcript.ts';

/** A recording as it was read from disk. */
export interface Recording {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly form: 'wav' | 'mp3';
}

export interface Recogniser {
  /** As the transcript names it. */
  readonly name: string;
  /** `diarize`: tell speakers apart, where the recogniser can. Throws RecogniserFailure. */
  transcribe(recording: Recording, diarize: boolean): Promise<readonly Turn[]>;
}

/** Why a recording could not be transcribed. The message repeats nothing of the answer. */
export class RecogniserFailure extends Error {
  override readonly name = 'RecogniserFailure';
  readonly kind: 'unreachable' | 'credentials' | 'answer';

  constructor(kind: RecogniserFailure['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

const TIMEOUT_MS = 600_000;
const MOST_ANSWER_BYTES = 64 * 1024 * 1024;
const REFUSED_CREDENTIALS: readonly number[] = [401, 403];

export const SECONDS = z.number().nonnegative().max(1_000_000);

/** Returns the form of a recording by its first bytes; null for neither. */
export function formOf(bytes: Uint8Array): Recording['form'] | null {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (start.startsWith('RIFF') && start.endsWith('WAVE')) return 'wav';
  const [first = 0, second = 0] = bytes;
  // ID3v2, or the sync word of MPEG audio of layer III.
  return start.startsWith('ID3') || (first === 0xff && (second & 0xe6) === 0xe2) ? 'mp3' : null;
}

export const MEDIA_TYPES: Readonly<Record<Recording['form'], string>> = { wav: 'audio/wav', mp3: 'audio/mpeg' };

/** Sends a recording and reads the answer as JSON. `who` names the provider in messages. Throws RecogniserFailure. */
export async function ask(who: string, url: URL, init: RequestInit): Promise<unknown> {
  const answer = await fetch(url, {
    ...init,
    method: 'POST',
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new RecogniserFailure('unreachable', `${who} at ${url.origin} does not answer.`);
  });
  if (REFUSED_CREDENTIALS.includes(answer.status)) {
    await answer.body?.cancel();
    throw new RecogniserFailure('credentials', `${who} refuses the API key (${answer.status}).`);
  }
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new RecogniserFailure('answer', `${who} answers ${answer.status}.`);
  }
  const text = await bounded(answer).catch(() => null);
  if (text === null) throw new RecogniserFailure('answer', `The answer of ${who} is cut or too long.`);
  return jsonOf(who, text);
}

async function bounded(answer: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > MOST_ANSWER_BYTES) return null;
    parts.push(part);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
}

function jsonOf(who: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RecogniserFailure('answer', `The answer of ${who} is not JSON.`);
  }
}

/** Reads an answer by its schema. Throws RecogniserFailure that names the first field that is wrong. */
export function checked<T>(who: string, schema: z.ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const at = read.error.issues[0]?.path.join('.') ?? '';
  throw new RecogniserFailure('answer', `The answer of ${who} is not as documented${at === '' ? '' : ` (${at})`}.`);
}
