/** `masker-voice replay`: what a live call would have made of a recording. */
import { writeFile } from 'node:fs/promises';
import type { Environment } from '../../platform/config.ts';
import { unreadable } from '../commands/unreadable-file.ts';
import { chosenRecogniser, readRecording, transcribed } from './chosen-recogniser.ts';
import type { Provider } from './chosen-recogniser.ts';
import { turnsMasker } from './masked-turns.ts';

export interface ReplayOptions {
  readonly input: string;
  readonly policy?: string;
  readonly asrProvider?: Provider;
  readonly diarize: 'true' | 'false';
  readonly output?: string;
}

/** Prints the masked transcript; nothing of it is printed where a step fails. Throws StartError and CommandFailure. */
export async function replay(options: ReplayOptions, env: Environment, output: NodeJS.WritableStream): Promise<void> {
  const masker = await turnsMasker(options.policy, env);
  try {
    const recogniser = chosenRecogniser(options.asrProvider, env);
    const turns = await transcribed(recogniser, await readRecording(options.input), options.diarize === 'true');
    const masked = await masker.mask(turns);
    const transcript = {
      asr_provider: recogniser.name,
      policy_name: masker.policy.name,
      policy_version: masker.policy.version,
      turns: turns.map(({ speaker, start, end }, index) => ({
        speaker,
        start,
        end,
        text: masked[index]?.masked ?? '',
        events: masked[index]?.events ?? [],
      })),
    };
    const text = `${JSON.stringify(transcript, null, 2)}\n`;
    if (options.output === undefined) output.write(text);
    else await writeFile(options.output, text, { mode: 0o600 }).catch(unreadable('--output', options.output));
  } finally {
    await masker.close();
  }
}
