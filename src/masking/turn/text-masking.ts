/** What masking one text comes to, and the work that it takes. */
import type { Conversation } from '../../detection/context/conversation.ts';
import type { Span } from '../../detection/span.ts';
import type { TextSearch } from './long-texts/text-search.ts';
import type { MaskedText } from './masking-memory.ts';

/** Yielded once in a pass, before more new text is searched on the loop than in a usual turn. */
export const MUCH_TEXT = Symbol('much text');

/** What masking yields: a search for a thread, {@link MUCH_TEXT}, or nothing where it may be interrupted. */
export type MaskingStep = TextSearch | typeof MUCH_TEXT | undefined;

/** Work on the texts of a turn. It continues with the spans that the yielded search finds. */
export type Masking<T> = Generator<MaskingStep, T, readonly Span[]>;

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
