/** What masking one text comes to, and the work that it takes. */
import type { Conversation } from '../../detection/context/conversation.ts';
import type { Span } from '../../detection/span.ts';
import type { TextSearch } from './long-texts/text-search.ts';
import type { MaskedText } from './masking-memory.ts';

/**
 * Work on the texts of a turn. It yields a search that takes too long for the loop, and goes on with its spans; or nothing,
 * where it may be interrupted.
 */
export type Masking<T> = Generator<TextSearch | undefined, T, readonly Span[]>;

/** What detection and the conversation find in a text, and what it makes of the conversation. */
export interface Detected {
  readonly spans: readonly Span[];
  readonly after: Conversation;
}

/** The tokens in a masked text. */
export type Tokens = Pick<MaskedText, 'tokens' | 'cut'>;

/** The same while the text is being masked. */
export interface MadeTokens {
  readonly tokens: Set<string>;
  readonly cut: string[];
}

export const NO_TOKENS: Tokens = { tokens: new Set(), cut: [] };
