/** Where a text stands, what that and the texts before it say of it, and under which key it is remembered. */
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { JsonSense } from '../../detection/documents/json-sense.ts';
import { fingerprint, isSilent, SILENCE } from '../../detection/context/conversation.ts';
import type { Conversation, Voice } from '../../detection/context/conversation.ts';
import type { TextNeighbours, TextPosition } from '../request/chat-request.ts';
import type { Policy } from '../../policy/policy.ts';
import { mayMaskSpeaker } from '../../policy/speakers.ts';
import type { Span } from '../../detection/span.ts';
import { LONG_TEXT } from './long-texts/turn-searches.ts';
import type { MaskingMemory } from './masking-memory.ts';
import type { Said } from './non-personal-text.ts';
import { cueOf, dateSourceOf, keysAbove, voiceOf } from './text-voice.ts';

/** A text with what its place and the texts before it say of it. */
export interface PlacedText {
  readonly text: string;
  /** Digest of the text alone, wherever it stands. */
  readonly name: string;
  /** Under which it is remembered: the text, and all that says what it is. */
  readonly key: string;
  readonly cue: string;
  /** Null where it is no part of the conversation. */
  readonly voice: Voice | null;
  /** The conversation before it. */
  readonly conversation: Conversation;
  readonly beside: TextNeighbours;
  /** Names the group of parts that it is read with; null for a text that is read by itself. */
  readonly group: string | null;
  /** What the JSON document that it stands in says of it; null for a text like any other. */
  readonly sense: JsonSense | null;
  /** Whether the policy has this speaker's words searched; what is known of the call is found in all. */
  readonly searched: boolean;
  /** Who says it, and under which keys: decides which dates belong to no person. */
  readonly said: Said;
  /** Whether it is too long for an utterance: it is searched elsewhere, and by itself. */
  readonly isLong: boolean;
}

/** Of a text that is no part of a message of several. */
export const ALONE: TextNeighbours = { before: '', after: '' };

/** A text that a walk asked for, and how it was answered. */
export interface AskedText {
  readonly placed: PlacedText;
  readonly position: TextPosition;
  readonly masked: string;
}

/** Places the texts of one turn. */
export class TextPlacing {
  readonly #policy: Policy;
  /** By text: taken once, however many passes visit it. */
  readonly #digests = new Map<string, string>();
  /** Names of groups, by their parts. */
  readonly #groups = new WeakMap<readonly string[], string>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  place(text: string, position: TextPosition, beside: TextNeighbours, before: Conversation): PlacedText {
    const cue = cueOf(position);
    const sense = position.sense ?? null;
    const voice = sense === null ? voiceOf(position) : null;
    const isLong = text.length + beside.before.length + beside.after.length >= LONG_TEXT;
    const conversation = voice === null || isLong ? SILENCE : before;
    const searched = mayMaskSpeaker(this.#policy, position.speaker);
    const name = this.#digest(text);
    const heard = fingerprint(conversation);
    const said: Said = { text, source: dateSourceOf(position), under: keysAbove(position) };
    const group = this.#nameOf(beside);
    const isWithOthers = cue !== '' || sense !== null || !isAlone(beside);
    // What a caller said must not stand as it is in a key that is kept for all calls of an agent: of those only texts are that
    // begin a conversation, or are no part of one. Then nothing was said.
    const circumstances = isWithOthers
      ? this.#digest(
          `${cue}\0${heard}\0${beside.before}\0${beside.after}\0${senseName(sense)}${group === null ? '' : `\0${group} ${beside.group?.index}`}`,
        )
      : heard;
    const by = voice ?? `${said.source ?? ''}${position.isSlot === true ? '+' : ''}`;
    const key = `${name} ${by} ${searched ? '' : 'heard only'} ${circumstances}`;
    return { text, name, key, cue, voice, conversation, beside, group, sense, searched, said, isLong };
  }

  /** The same for all parts of a group; their neighbours tell of none outside it. */
  #nameOf({ before, after, group }: TextNeighbours): string | null {
    if (group === undefined) return null;
    const { parts } = group;
    let name = this.#groups.get(parts);
    if (name === undefined) {
      name = digestOf(JSON.stringify([before, after, ...parts]));
      this.#groups.set(parts, name);
    }
    return name;
  }

  #digest(text: string): string {
    let digest = this.#digests.get(text);
    if (digest === undefined) {
      digest = digestOf(text);
      this.#digests.set(text, digest);
    }
    return digest;
  }
}

/** Characters of the shortest answer that stays what it was when its question is gone. */
const SHORT_ANSWER = 8;

/**
 * What a conversation explained in the very same words before: a platform that sends only the end of the history again
 * leaves out the question. Short answers ("twelve") may be anything.
 */
export function explainedBefore(
  { text, name, voice, conversation, isLong }: PlacedText,
  memory: Pick<MaskingMemory, 'found'>,
): readonly Span[] {
  if (voice === null || isLong || text.length < SHORT_ANSWER || !isSilent(conversation)) return [];
  return memory.found(name).filter(({ recogniser }) => recogniser.startsWith('context.'));
}

/** Whether nothing is read with the text. */
export function isAlone({ before, after, group }: TextNeighbours): boolean {
  return before === '' && after === '' && group === undefined;
}

function senseName(sense: JsonSense | null): string {
  if (sense === null) return '';
  return sense.as === 'value' ? `${sense.kind} ${sense.from}` : sense.as;
}

/** In one call, and of the UTF-8: a third of what an object to hash with and UTF-16 take. With lone surrogates two texts would be one in it. */
function digestOf(text: string): string {
  return text.isWellFormed()
    ? hash('sha256', text, 'base64')
    : `~${hash('sha256', Buffer.from(text, 'utf16le'), 'base64')}`;
}
