/** Where a text stands, what that and the texts before it say of it, and under which key it is remembered. */
import { createHash, hash } from 'node:crypto';
import { fingerprint, SILENCE } from '../detection/context/conversation.ts';
import type { Conversation, Voice } from '../detection/context/conversation.ts';
import type { TextNeighbours, TextPosition } from '../masking/chat-request.ts';
import type { Policy } from '../policy/policy.ts';
import { mayMaskSpeaker } from '../policy/speakers.ts';
import { LONG_TEXT } from './long-texts/turn-searches.ts';
import { cueOf, voiceOf } from './text-voice.ts';

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
  /** Whether the policy has this speaker's words searched; what is known of the call is found in all. */
  readonly searched: boolean;
  /** Whether it is too long for an utterance: it is searched elsewhere, and by itself. */
  readonly isLong: boolean;
}

/** Of a text that is no part of a message of several. */
export const ALONE: TextNeighbours = { before: '', after: '' };

/** Places the texts of one turn. */
export class TextPlacing {
  readonly #policy: Policy;
  /** Digests by text, taken once however many passes visit it. */
  readonly #names = new Map<string, string>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  place(text: string, position: TextPosition, beside: TextNeighbours, before: Conversation): PlacedText {
    const cue = cueOf(position);
    const voice = voiceOf(position);
    const isLong = text.length + beside.before.length + beside.after.length >= LONG_TEXT;
    const conversation = voice === null || isLong ? SILENCE : before;
    const searched = mayMaskSpeaker(this.#policy, position.speaker);
    let name = this.#names.get(text);
    if (name === undefined) {
      name = digest(text);
      this.#names.set(text, name);
    }
    // What a caller said must not stand in a key as it is: those of texts without a value are kept for all calls of an agent.
    const around = [cue, fingerprint(conversation), beside.before, beside.after];
    const circumstances = around.every((each) => each === '') ? '' : hash('sha256', around.join('\0'), 'base64');
    const key = `${name} ${voice ?? ''} ${searched ? '' : 'heard only'} ${circumstances}`;
    return { text, name, key, cue, voice, conversation, beside, searched, isLong };
  }
}

/** Of its UTF-16: in UTF-8 two texts with lone surrogates would be one. */
function digest(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('base64');
}
