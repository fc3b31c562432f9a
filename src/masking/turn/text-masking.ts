/** What masking one text comes to, and what it is while it is under way. */
import type { Conversation } from '../../detection/context/conversation.ts';
import type { Span } from '../../detection/span.ts';
import type { MaskedText } from './masking-memory.ts';

/** What detection and the conversation find in a text, and what it makes of the conversation. */
export interface Detected {
  readonly spans: readonly Span[];
  readonly after: Conversation;
}

/** A long text that is being masked in stretches. */
export interface LongMasking {
  readonly key: string;
  /** Yields wherever it may be interrupted. */
  readonly steps: Generator<void, MaskedText>;
}

/** The tokens in a masked text. */
export type Tokens = Pick<MaskedText, 'tokens' | 'cut'>;

/** The same while the text is being masked. */
export interface MadeTokens {
  readonly tokens: string[];
  readonly cut: string[];
}

export const NO_TOKENS: Tokens = { tokens: [], cut: [] };
