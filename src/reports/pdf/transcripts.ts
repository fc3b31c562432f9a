import type { Report } from '../report.ts';
import type { SampleTranscript } from '../sample-transcripts.ts';
import { code, note, section } from './blocks.ts';
import type { Content } from './content.ts';
import { COLOURS, PLAIN } from './theme.ts';

function transcript({ session_id: id, turn, messages }: SampleTranscript): Content {
  return {
    stack: [
      {
        columns: [
          code(id, { color: COLOURS.ink, width: 'auto' }),
          { text: `turn ${turn}`, style: 'label', width: 'auto' },
        ],
        columnGap: 10,
      },
      {
        table: {
          widths: [54, '*'],
          body: messages.map(({ speaker, text }): Content[] => [
            { text: speaker, style: 'label' },
            { text, style: 'cell', lineHeight: 1.2 },
          ]),
        },
        layout: PLAIN,
      },
    ],
    margin: [0, 0, 0, 12],
  };
}

/** Sample masked transcripts. */
export function sampleTranscripts({ sample_transcripts: samples, retention_attestation: kept }: Report): Content[] {
  const lead =
    'Turns as they left for the model provider, with tokens in place of identifiers. At most 20, chosen by the SHA-256 of the scope, the time of the report and the place of the turn.';
  if (samples.length === 0) {
    const why =
      kept.payloads.turns_stored === 0
        ? 'No payloads are kept of these calls: the mask policy does not keep them, or their time is over.'
        : 'No payload of these calls can be shown.';
    return section('Sample masked transcripts', lead, [note(why)]);
  }
  return section('Sample masked transcripts', lead, samples.map(transcript));
}
