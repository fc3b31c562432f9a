/** Transcription by an OpenAI-compatible server: POST /v1/audio/transcriptions. */
import { z } from 'zod';
import { ask, checked, MEDIA_TYPES, SECONDS } from './recogniser.ts';
import type { Recogniser, Recording } from './recogniser.ts';
import { turnsOf } from './transcript.ts';
import type { Turn } from './transcript.ts';
import { withoutEnd } from '../platform/text-end.ts';

const WHO = 'The transcription server';

const TIMED = z.looseObject({ start: SECONDS, end: SECONDS });
/** `verbose_json` has words; `diarized_json` has segments with speakers. */
const ANSWER = z.looseObject({
  text: z.string(),
  words: z.array(TIMED.extend({ word: z.string() })).optional(),
  segments: z.array(TIMED.extend({ text: z.string(), speaker: z.string().optional() })).optional(),
});

export interface OpenaiOptions {
  /** With or without `/v1` at its end. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
}

export function openaiRecogniser({ baseUrl, apiKey, model }: OpenaiOptions): Recogniser {
  const url = new URL(`${withoutEnd(baseUrl, /\//).replace(/\/v1$/, '')}/v1/audio/transcriptions`);
  return {
    name: 'openai',
    async transcribe(recording, diarize) {
      // Only the models that diarise take `diarized_json`, and they give no times of words.
      const tellsSpeakers = diarize && model.includes('diarize');
      const answer = await ask(WHO, url, {
        headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
        body: formFor(recording, model, tellsSpeakers),
      });
      return turnsIn(checked(WHO, ANSWER, answer));
    },
  };
}

function formFor({ bytes, form }: Recording, model: string, tellsSpeakers: boolean): FormData {
  const data = new FormData();
  data.set('file', new Blob([Uint8Array.from(bytes)], { type: MEDIA_TYPES[form] }), `recording.${form}`);
  data.set('model', model);
  data.set('response_format', tellsSpeakers ? 'diarized_json' : 'verbose_json');
  if (tellsSpeakers) data.set('chunking_strategy', 'auto');
  else for (const granularity of ['word', 'segment']) data.append('timestamp_granularities[]', granularity);
  return data;
}

function turnsIn({ text, words = [], segments = [] }: z.infer<typeof ANSWER>): readonly Turn[] {
  if (words.length > 0)
    return turnsOf(words.map(({ word, start, end }) => ({ text: word.trim(), start, end, speaker: null })));
  if (segments.length > 0)
    return segments.map(({ speaker = null, start, end, text: said }) => ({
      speaker,
      start,
      end,
      text: said.trim(),
      words: [],
    }));
  return text.trim() === '' ? [] : [{ speaker: null, start: null, end: null, text: text.trim(), words: [] }];
}
