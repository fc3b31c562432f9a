import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { findClaimed } from './claimed-codes.ts';
import { findAtEnd, findPlaced, findTakenBack } from './parts-of-numbers.ts';

const MIN_UNEXPLAINED_DIGITS = 6;

// Names of language and speech models carry release numbers that are no identifiers of anybody.
const MODEL_NAMES =
  /GPT|CLAUDE|GEMINI|LLAMA|MISTRAL|MIXTRAL|SONNET|HAIKU|OPUS|TURBO|PREVIEW|WHISPER|QWEN|DEEPSEEK|GEMMA|NOVA|REALTIME|DAVINCI|EMBEDDING/;

/** Claim, case, prescription, confirmation and reference numbers by cue, and any run of six or more digits that nothing explains. */
export const otherId: Recogniser = {
  name: 'other_id',
  passes: ['regex'],
  find: (reading) => [
    ...findClaimed(reading, 'OTHER_ID', 'other_id'),
    ...findLastFour(reading),
    ...findUnexplained(reading),
    ...findTakenBack(reading),
    ...findPlaced(reading),
    ...findAtEnd(reading),
  ],
};

const LAST_FOUR = 4;
const BEFORE_LAST_FOUR =
  /^(?:is|are|'s|was|were|digits|digit|numbers|it|its|it's|that|would|be|being|um|uh|i|said|just|[:=,"'([{<-])$/;
const MAX_BEFORE_LAST_FOUR = 6;

/** "the last four are 7 6 6 5": the end of a number that nothing names. */
function findLastFour({ codes, words, claims }: Reading): Finding[] {
  return codes.flatMap((code): Finding[] => {
    if (code.chars.length !== LAST_FOUR || code.digits.length !== LAST_FOUR || code.quantity || claims.has(code))
      return [];
    let at = code.first - 1;
    while (at > code.first - MAX_BEFORE_LAST_FOUR && BEFORE_LAST_FOUR.test(words[at]?.lower ?? '')) at--;
    const isNamed =
      at < code.first - 1 && /^(?:four|4)$/.test(words[at]?.lower ?? '') && words[at - 1]?.lower === 'last';
    if (!isNamed) return [];
    const [start, end] = [words[code.first]?.start ?? 0, words[code.last]?.end ?? 0];
    return [{ start, end, kind: 'OTHER_ID', confidence: 0.7, validated: false, recogniser: 'other_id.last_four' }];
  });
}

function findUnexplained(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const code of reading.codes) {
    if (!isUnexplained(code) && !isExactAlone(reading, code)) continue;
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

const AROUND = /^(?:it|its|it's|'s|is|that|that's|yes|yeah|okay|ok|so|um|uh|the|number|please|sure|and)$/;
const MAX_AROUND = 4;

/** "five million, five hundred fifty thousand, one hundred sixty-six": a number that is not round, and nothing else in its sentence. */
function isExactAlone({ words }: Reading, { first, last, digits, exact }: Code): boolean {
  if (!exact || digits.length < MIN_UNEXPLAINED_DIGITS) return false;
  const ends = (at: number): boolean => words[at] === undefined || /^[.?!]$/.test(words[at].text);
  const isLast = ends(last + 1) || words[last + 1]?.newLine === true;
  let at = first - 1;
  for (
    let around = 0;
    around < MAX_AROUND && !ends(at) && (AROUND.test(words[at]?.lower ?? '') || words[at]?.text === ',');
    around++
  )
    at--;
  return isLast && (ends(at) || words[at + 1]?.newLine === true);
}

function isUnexplained(code: Code): boolean {
  return (
    code.digits.length >= MIN_UNEXPLAINED_DIGITS &&
    !code.quantity &&
    !code.counts &&
    !(code.letters > 0 && MODEL_NAMES.test(code.chars))
  );
}
