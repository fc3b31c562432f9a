/**
 * Transcripts inside one text: "Agent: Last four of your social? Caller: 7734", a line a turn. What a line asks says what the
 * next one is, as it does between the messages of a call.
 */
import { uniteOverlaps } from '../overlap.ts';
import type { DetectionRules, Span } from '../span.ts';
import { SILENCE, type Conversation, type Voice } from './conversation.ts';
import { detectUtterance } from './utterance.ts';

const AGENTS =
  'agent|assistant|ai|bot|receptionist|operator|representative|rep|csr|ivr|system|host|model|staff|clinician|nurse|interviewer|scheduler';
const CALLERS = 'caller|user|customer|patient|client|human|member|guest|pt|parent|respondent|interviewee';
const UNKNOWN = 'speaker|spk|participant|channel|s|voice';
const TIME = '\\d{1,2}:\\d{2}(?::\\d{2})?(?:[.,]\\d{1,3})?';
/** The beginning of a turn: a time perhaps, who speaks, and a colon. Bounded. */
const TURN = new RegExp(
  `^[ \\t>*_-]{0,6}(?:[a-z][a-z ]{0,38}:[ \\t])?(?:[\\[(]?${TIME}[\\])]?[ \\t]{0,3}(?:-[ \\t]{0,3})?)?[*_]{0,2}(?:(${AGENTS})|(${CALLERS})|(?:${UNKNOWN})[ _-]?\\d{1,2})(?:[ _]?\\d{1,2})?[*_]{0,2}` +
    `(?:[ \\t]{0,3}[\\[(][^\\])\\n]{0,30}[\\])])?[*_]{0,2}[ \\t]{0,2}:[*_]{0,2}`,
  'gim',
);
const FEWEST_TURNS = 2;

interface Turn {
  readonly voice: Voice;
  readonly start: number;
  readonly end: number;
}

/** Adds to what was found in a text what its turns explain, where it is a transcript. Linear; most texts are none. */
export function withTranscript(text: string, rules: DetectionRules, found: Span[]): Span[] {
  if (!text.includes('\n') || !text.includes(':')) return found;
  const turns = turnsOf(text);
  if (turns.length < FEWEST_TURNS) return found;
  let state: Conversation = SILENCE;
  let next = 0;
  const all: Span[] = [];
  const taken = new Set<Span>();
  for (const { voice, start, end } of turns) {
    while ((found[next]?.end ?? Infinity) <= start) next++;
    const inside: Span[] = [];
    for (let at = next; (found[at]?.start ?? Infinity) < end; at++) {
      const span = found[at];
      if (span === undefined || span.start < start || span.end > end) continue;
      inside.push({ ...span, start: span.start - start, end: span.end - start });
      taken.add(span);
    }
    const heard = detectUtterance(state, { speaker: voice, text: text.slice(start, end) }, rules, inside);
    state = heard.after;
    for (const span of heard.spans) all.push({ ...span, start: span.start + start, end: span.end + start });
  }
  // A number may begin in one turn and end in the next.
  for (const span of found) if (!taken.has(span)) all.push(span);
  return uniteOverlaps(text, all, rules.passes);
}

function turnsOf(text: string): readonly Turn[] {
  const starts = Array.from(text.matchAll(TURN), ({ 0: label, 1: agent, 2: caller, index }) => ({
    voice: agent !== undefined ? ('agent' as const) : caller !== undefined ? ('caller' as const) : ('unknown' as const),
    label: index,
    start: index + label.length,
  }));
  return starts.map(({ voice, start }, at) => ({ voice, start, end: starts[at + 1]?.label ?? text.length }));
}
