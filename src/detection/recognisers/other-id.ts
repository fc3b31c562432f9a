import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { findClaimed } from './claimed-codes.ts';

const MIN_UNEXPLAINED_DIGITS = 6;

// Names of language and speech models carry release numbers that are no identifiers of anybody.
const MODEL_NAMES =
  /GPT|CLAUDE|GEMINI|LLAMA|MISTRAL|MIXTRAL|SONNET|HAIKU|OPUS|TURBO|PREVIEW|WHISPER|QWEN|DEEPSEEK|GEMMA|NOVA|REALTIME|DAVINCI|EMBEDDING/;

/** Claim, case, prescription, confirmation and reference numbers by cue, and any run of six or more digits that nothing explains. */
export const otherId: Recogniser = {
  name: 'other_id',
  passes: ['regex'],
  find: (reading) => [...findClaimed(reading, 'OTHER_ID', 'other_id'), ...findUnexplained(reading)],
};

function findUnexplained(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const code of reading.codes) {
    if (!isUnexplained(code)) continue;
    const [start, end] = [reading.words[code.first]?.start ?? 0, reading.words[code.last]?.end ?? 0];
    findings.push({
      start,
      end,
      kind: 'OTHER_ID',
      confidence: 0.5,
      validated: false,
      recogniser: 'other_id.unexplained',
      fallback: true,
    });
  }
  return findings;
}

function isUnexplained(code: Code): boolean {
  return (
    code.digits.length >= MIN_UNEXPLAINED_DIGITS &&
    !code.quantity &&
    !code.counts &&
    !(code.letters > 0 && MODEL_NAMES.test(code.chars))
  );
}
