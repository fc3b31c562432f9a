/** `masker-voice redact`: a recording in which a tone covers the identifiers. */
import { rm, writeFile } from 'node:fs/promises';
import { KnownValues } from '../../detection/known.ts';
import { isEntityKind } from '../../detection/kinds.ts';
import type { MaskedTurn } from '../../masking/turn/one-shot-conversation.ts';
import { errorCode } from '../../platform/error-code.ts';
import type { Environment } from '../../platform/config.ts';
import { StartError } from '../../platform/start-error.ts';
import { bleep } from '../../voice/bleep.ts';
import type { Stretch } from '../../voice/bleep.ts';
import type { Recogniser } from '../../voice/recogniser.ts';
import { wordsAt } from '../../voice/transcript.ts';
import type { Turn } from '../../voice/transcript.ts';
import { readWav, writeWav } from '../../voice/wav.ts';
import type { Wav } from '../../voice/wav.ts';
import { CommandFailure, EXIT } from '../commands/client/command-failure.ts';
import { chosenRecogniser, readRecording, transcribed } from './chosen-recogniser.ts';
import type { Provider } from './chosen-recogniser.ts';
import { turnsMasker } from './masked-turns.ts';

export interface RedactOptions {
  readonly input: string;
  readonly output: string;
  readonly policy?: string;
  readonly asrProvider?: Provider;
  readonly verify?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Times that recognisers round beyond the end of a recording, in seconds. */
const TOLERANCE = 1;

/** Writes the new recording. Nothing is written where a step fails or a time is not known. Throws StartError and CommandFailure. */
export async function redact(options: RedactOptions, env: Environment): Promise<void> {
  const masker = await turnsMasker(options.policy, env);
  try {
    const recogniser = chosenRecogniser(options.asrProvider, env);
    const recording = await readRecording(options.input);
    const wav = wavOf(recording.bytes);
    const turns = checkedTurns(await transcribed(recogniser, recording, true), wav);
    const masked = await masker.mask(turns);
    const stretches = coveredStretches(turns, masked);
    await writeNew(options.output, writeWav(bleep(wav, stretches)));
    const heard = options.verify === true ? await stillHeard(recogniser, options.output, turns, masked) : null;
    if (heard !== null && heard > 0) {
      await rm(options.output);
      throw new CommandFailure(
        EXIT.command,
        `${heard} covered values are still heard in the new recording, which was removed.`,
      );
    }
    report(options, stretches, wav);
  } finally {
    await masker.close();
  }
}

function wavOf(bytes: Uint8Array): Wav {
  const read = readWav(bytes);
  if (read.ok) return read.wav;
  throw new CommandFailure(EXIT.command, `--input is no WAV file that can be read: it ${read.message}.`);
}

/** What has no time cannot be covered: then nothing is written. */
function checkedTurns(turns: readonly Turn[], { frames, rate }: Wav): readonly Turn[] {
  if (turns.every(({ text }) => text === ''))
    throw new CommandFailure(EXIT.command, 'The recogniser heard no words, so nothing can be covered.');
  const longest = frames / rate + TOLERANCE;
  for (const { text, words } of turns) {
    if (text !== '' && words.length === 0)
      throw new CommandFailure(EXIT.command, 'The recogniser gives no times of words, so nothing can be covered.');
    if (words.some(({ start, end }) => !(start >= 0 && end >= start && end <= longest)))
      throw new CommandFailure(EXIT.command, 'The recogniser gives times that are not in the recording.');
  }
  return turns;
}

function coveredStretches(turns: readonly Turn[], masked: readonly MaskedTurn[]): readonly Stretch[] {
  return turns.flatMap((turn, index) =>
    (masked[index]?.events ?? []).flatMap(({ action, span: [start, end] }) => {
      if (action === 'passthrough') return [];
      const words = wordsAt(turn, start, end);
      const covered = words === null ? [] : turn.words.slice(words.first, words.last + 1);
      if (covered.length === 0) throw new CommandFailure(EXIT.command, 'The time of a value is not known.');
      return [
        { start: Math.min(...covered.map((word) => word.start)), end: Math.max(...covered.map((word) => word.end)) },
      ];
    }),
  );
}

async function writeNew(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(file, bytes, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    throw new StartError(`--output ${file} cannot be written (${errorCode(error) ?? 'unknown error'}).`);
  });
}

/** How many of the covered values a second transcription still has. */
async function stillHeard(
  recogniser: Recogniser,
  file: string,
  turns: readonly Turn[],
  masked: readonly MaskedTurn[],
): Promise<number> {
  const known = new KnownValues();
  masked.forEach(({ events }, index) => {
    for (const { action, entity_kind: kind, span } of events)
      if (action !== 'passthrough' && isEntityKind(kind)) known.set(turns[index]?.text.slice(...span) ?? '', kind);
  });
  const again = await transcribed(recogniser, await readRecording(file), true);
  return again.reduce((count, { text }) => count + known.find(text).length, 0);
}

function report({ json, quiet }: RedactOptions, stretches: readonly Stretch[], { frames, rate }: Wav): void {
  const seconds = stretches.reduce((sum, { start, end }) => sum + (end - start), 0);
  if (json === true)
    console.log(
      JSON.stringify({ covered: stretches.length, covered_seconds: seconds, seconds: frames / rate }, null, 2),
    );
  else if (quiet !== true)
    console.log(`Covered ${stretches.length} values, ${seconds.toFixed(1)} of ${(frames / rate).toFixed(1)} s.`);
}
