/** Masker's own detection as the evaluation runs it: under the detector's own rules, and under the policy as shipped. */
import { readFileSync } from 'node:fs';
import { detectInCall, newCallContext } from '../../src/detection/context/call-context.ts';
import type { Voice } from '../../src/detection/context/conversation.ts';
import { DETECTOR_VERSION, detect } from '../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../src/detection/rules.ts';
import type { DetectionRules, Span } from '../../src/detection/span.ts';
import { builtInTagger } from '../../src/detection/tagger/built-in.ts';
import { decodeModel } from '../../src/detection/tagger/model.ts';
import { Tagger } from '../../src/detection/tagger/tagger.ts';
import { warmUpDetection } from '../../src/detection/warm-up.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { detectionRules } from '../../src/policy/policy.ts';
import type { Row } from './annotated-set.ts';
import type { Detector, DetectRow } from './detector.ts';
import { LABEL_OF } from './labels.ts';
import type { Prediction } from './tally.ts';

/**
 * The detector under its own rules, warm. `model` is the file of another model of the tagger, which is measured without
 * cross-turn context.
 * @throws Error when the file cannot be read or is no model.
 */
export function masker(model: string | null): Detector {
  return detectorUnder('masker', DEFAULT_RULES, model);
}

const SHIPPED_POLICY = new URL('../../configs/mask_policy.yaml', import.meta.url);

/**
 * The detector under the policy that an agent has by default, `healthcare-default`.
 * @throws Error when a file cannot be read, the policy is invalid or `model` is no model.
 */
export function shippedPolicy(model: string | null): Detector {
  const parsed = parsePolicy(readFileSync(SHIPPED_POLICY, 'utf8'), { kids: new Set(['K_HEALTHCARE']) });
  if (!parsed.ok) throw new Error('configs/mask_policy.yaml is invalid');
  return detectorUnder(parsed.policy.name, detectionRules(parsed.policy), model);
}

function detectorUnder(name: string, rules: DetectionRules, model: string | null): Detector {
  warmUpDetection();
  const tagger = model === null ? builtInTagger() : new Tagger(decodeModel(readFileSync(model)));
  const detectRow = ({ text }: Row): Prediction[] => detect(text, rules, tagger).map(toPrediction);
  for (let round = 0; model !== null && round < WARM_UP_ROUNDS; round++) detect(WARM_UP_TEXT, rules, tagger);
  return {
    name,
    version: DETECTOR_VERSION,
    model: tagger.version,
    detectRow,
    startCall: model !== null ? null : () => startCall(rules),
  };
}

const WARM_UP_ROUNDS = 100;
const WARM_UP_TEXT =
  'hi this is maria gonzalez, I was born on March 14, 1982 and my number is four one five five five five oh one four two';

function startCall(rules: DetectionRules): DetectRow {
  const call = newCallContext();
  return (row) => detectInCall(call, { speaker: voiceOf(row), text: row.text }, rules).map(toPrediction);
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
