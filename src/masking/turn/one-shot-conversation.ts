/** Masks a recorded conversation as the turns of a live call are masked, and keeps nothing of it. */
import type { Span } from '../../detection/span.ts';
import { newId } from '../../platform/ids.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { Policy } from '../../policy/policy.ts';
import type { TokenKeys } from '../../tokens/issuer.ts';
import { MaskingMemory } from './masking-memory.ts';
import { maskingTerms } from './masking-terms.ts';
import { unlinkedIssuer } from './one-shot-masking.ts';
import type { MaskingEvent } from './one-shot-masking.ts';
import { TurnMasking } from './turn-masking.ts';
import type { RedactionFact } from './turn-masking.ts';
import { prepare } from './turn-preparing.ts';
import type { LongTexts } from './turn-preparing.ts';

/** What one speaker says without a break. */
export interface SaidTurn {
  /** Null where speakers are not told apart. */
  readonly speaker: string | null;
  readonly text: string;
}

export interface MaskedTurn {
  readonly masked: string;
  /** In order of the text. */
  readonly events: readonly MaskingEvent[];
}

/** The masker of recorded conversations. */
export interface OneShotConversation {
  readonly keys: TokenKeys;
  readonly longTexts: LongTexts;
  readonly accountId: AccountId;
  readonly policy: Policy;
}

/**
 * Returns the turns masked, in their order. The recording does not say which speaker asks and which one answers, so the conversation is
 * read both ways, and what either reading finds is masked. Throws Failure `detection_unavailable` or `payload_too_large`.
 */
export async function maskConversation(
  { keys, longTexts, accountId, policy }: OneShotConversation,
  turns: readonly SaidTurn[],
): Promise<readonly MaskedTurn[]> {
  // A policy for some speakers would leave the others as they are, and tags of a recording are no roles.
  const terms = maskingTerms({ ...policy, speakers: null });
  const issuer = unlinkedIssuer(keys, policy, accountId, newId('session'), new MaskingMemory());
  const [first = null] = turns.map(({ speaker }) => speaker);
  let found: ReadonlyMap<string, readonly Span[]> = new Map();
  let read: readonly MaskedTurn[] = [];
  for (const isFirstAgent of [false, true, false]) {
    const masking = new TurnMasking(new MaskingMemory(), terms, issuer);
    masking.addFindings(found);
    const texts: string[] = [];
    await prepare<never>(
      { masking, rules: terms.rules, ...longTexts },
      {
        *walking() {
          for (const [index, turn] of turns.entries()) {
            const speaker = (turn.speaker === first) === isFirstAgent ? 'assistant' : 'user';
            if (turn.text !== '')
              texts[index] = yield { text: turn.text, position: { pointer: pathOf(index), speaker, key: null } };
          }
          return { ok: true, body: new Uint8Array(), binaryParts: 0 };
        },
      },
    );
    const events = eventsByText(masking.redactions(null), turns);
    read = turns.map(({ text }, index) => ({ masked: texts[index] ?? text, events: events.get(text) ?? [] }));
    found = withSpansOf(found, events);
  }
  return read;
}

const pathOf = (index: number): string => `/messages/${index}/content`;

/** The events by the text of their turn: a text that is said twice is recorded once, and its events count for both. */
function eventsByText(
  facts: readonly RedactionFact[],
  turns: readonly SaidTurn[],
): ReadonlyMap<string, readonly MaskingEvent[]> {
  const texts = new Map(turns.map(({ text }, index) => [pathOf(index), text]));
  const byText = new Map<string, Map<string, MaskingEvent>>();
  for (const { kind: _kind, path, speaker: _speaker, ...event } of facts) {
    const text = texts.get(path);
    if (text === undefined) continue;
    const events = byText.get(text) ?? new Map<string, MaskingEvent>();
    byText.set(text, events.set(`${event.span.join('-')} ${event.entity_kind}`, event));
  }
  const inOrder = (events: ReadonlyMap<string, MaskingEvent>): readonly MaskingEvent[] =>
    [...events.values()].sort((a, b) => a.span[0] - b.span[0]);
  return new Map([...byText].map(([text, events]) => [text, inOrder(events)]));
}

/** What was found so far, by the text of the turn: the next reading adds it to its own. */
function withSpansOf(
  before: ReadonlyMap<string, readonly Span[]>,
  events: ReadonlyMap<string, readonly MaskingEvent[]>,
): ReadonlyMap<string, readonly Span[]> {
  const found = new Map(before);
  for (const [text, ofText] of events) {
    const spans = ofText.map(({ span, entity_kind: kind, confidence, pass }): Span => ({
      start: span[0],
      end: span[1],
      kind,
      pass,
      confidence,
      validated: false,
      recogniser: 'conversation',
    }));
    found.set(text, [...(found.get(text) ?? []), ...spans]);
  }
  return found;
}
