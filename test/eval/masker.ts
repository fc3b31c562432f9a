/** Masker's own detection as the evaluation runs it: the product's defaults, nothing tuned for it. */
import { readFileSync } from 'node:fs';
import { detectInCall, newCallContext } from '../../src/detection/context/call-context.ts';
import type { Voice } from '../../src/detection/context/conversation.ts';
import { DETECTOR_VERSION, detect } from '../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../src/detection/rules.ts';
import type { Span } from '../../src/detection/span.ts';
import { builtInTagger } from '../../src/detection/tagger/built-in.ts';
import { decodeModel } from '../../src/detection/tagger/model.ts';
import { Tagger } from '../../src/detection/tagger/tagger.ts';
import { warmUpDetection } from '../../src/detection/warm-up.ts';
import type { Row } from './annotated-set.ts';
import type { Detector, DetectRow } from './detector.ts';
import { LABEL_OF } from './labels.ts';
import type { Prediction } from './tally.ts';

/**
 * The detector, warm. `model` is the file of another model of the tagger, which is measured without cross-turn context.
 * @throws Error when the file cannot be read or is no model.
 */
export function masker(model: string | null): Detector {
  warmUpDetection();
  const tagger = model === null ? builtInTagger() : new Tagger(decodeModel(readFileSync(model)));
  const detectRow = ({ text }: Row): Prediction[] => detect(text, DEFAULT_RULES, tagger).map(toPrediction);
  for (let round = 0; model !== null && round < WARM_UP_ROUNDS; round++) detect(WARM_UP_TEXT, DEFAULT_RULES, tagger);
  return {
    name: 'masker',
    version: DETECTOR_VERSION,
    model: tagger.version,
    detectRow,
    startCall: model !== null ? null : startCall,
  };
}

const WARM_UP_ROUNDS = 100;
const WARM_UP_TEXT =
  'hi this is maria gonzalez, I was born on March 14, 1982 and my number is four one five five five five oh one four two';

function startCall(): DetectRow {
  const call = newCallContext();
  return (row) => detectInCall(call, { speaker: voiceOf(row), text: row.text }, DEFAULT_RULES).map(toPrediction);
}

function toPrediction({ start, end, kind }: Span): Prediction {
  return { start, end, label: LABEL_OF[kind] };
}

/** What platforms call the two sides of a call. */
function voiceOf({ call }: Row): Voice {
  switch (call?.speaker?.toLowerCase()) {
    case 'agent':
    case 'assistant':
    case 'clinician':
    case 'doctor':
      return 'agent';
    case 'caller':
    case 'user':
    case 'patient':
      return 'caller';
    default:
      return 'unknown';
  }
}
