/** Transcription by Deepgram: POST /v1/listen. */
import { z } from 'zod';
import { ask, checked, MEDIA_TYPES, SECONDS } from './recogniser.ts';
import type { Recogniser } from './recogniser.ts';
import { turnsOf } from './transcript.ts';
import { withoutEnd } from '../platform/text-end.ts';

const WHO = 'Deepgram';
const MODEL = 'nova-3';

const ANSWER = z.looseObject({
  results: z.looseObject({
    channels: z
      .array(
        z.looseObject({
          alternatives: z.array(
            z.looseObject({
              words: z.array(
                z.looseObject({
                  word: z.string(),
                  punctuated_word: z.string().optional(),
                  start: SECONDS,
                  end: SECONDS,
                  speaker: z.int().nonnegative().optional(),
                }),
              ),
            }),
          ),
        }),
      )
      .min(1),
  }),
});

export interface DeepgramOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
}

export function deepgramRecogniser({ baseUrl, apiKey }: DeepgramOptions): Recogniser {
  return {
    name: 'deepgram',
    async transcribe({ bytes, form }, diarize) {
      const url = new URL(`${withoutEnd(baseUrl, /\//).replace(/\/v1$/, '')}/v1/listen`);
      url.search = new URLSearchParams({ model: MODEL, punctuate: 'true', diarize: String(diarize) }).toString();
      const answer = await ask(WHO, url, {
        headers: { authorization: `Token ${apiKey}`, 'content-type': MEDIA_TYPES[form] },
        body: Uint8Array.from(bytes),
      });
      const { results } = checked(WHO, ANSWER, answer);
      const words = results.channels.flatMap(({ alternatives }) => alternatives[0]?.words ?? []);
      return turnsOf(
        words
          .map(({ word, punctuated_word: punctuated, start, end, speaker }) => ({
            text: (punctuated ?? word).trim(),
            start,
            end,
            speaker: diarize && speaker !== undefined ? String(speaker) : null,
          }))
          .filter(({ text }) => text !== '')
          .sort((a, b) => a.start - b.start),
      );
    },
  };
}
