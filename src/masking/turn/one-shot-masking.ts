/** Masks one text as a turn of a call would be masked, and keeps nothing of it. See docs/policy.md, Trying a policy. */
import type { AccountId, SessionId } from '../../platform/ids.ts';
import { newId } from '../../platform/ids.ts';
import type { Policy } from '../../policy/policy.ts';
import { createUnlinkedIssuer } from '../../tokens/issuer.ts';
import type { TokenIssuer, TokenKeys } from '../../tokens/issuer.ts';
import { MaskingMemory } from './masking-memory.ts';
import { maskingTerms } from './masking-terms.ts';
import { sessionIssuer } from './surrogate-issuer.ts';
import { TurnMasking } from './turn-masking.ts';
import type { RedactionFact } from './turn-masking.ts';
import { prepare } from './turn-preparing.ts';
import type { LongTexts } from './turn-preparing.ts';

/** What stands for a value that was found: never the value itself, and no part of its token. */
export type MaskingEvent = Omit<RedactionFact, 'kind' | 'path' | 'speaker'>;

export interface OneShotMasked {
  readonly masked: string;
  /** In order of the text. */
  readonly events: readonly MaskingEvent[];
}

/** Throws Failure `detection_unavailable`, or `payload_too_large` for more text than a request may have. */
export type OneShotMasking = (accountId: AccountId, text: string, policy: Policy) => Promise<OneShotMasked>;

/**
 * The built-in passes alone read the text. Its tokens belong to a session that exists nowhere: none of them is restored in a
 * call, and they have nothing in common with the tokens of calls. `sessionOf` says which session that is.
 */
export function createOneShotMasking(
  keys: TokenKeys,
  longTexts: LongTexts,
  sessionOf: () => SessionId = () => newId('session'),
): OneShotMasking {
  return async (accountId, text, policy) => {
    // Nobody else speaks: a policy for some speakers would leave the text as it is.
    const terms = maskingTerms({ ...policy, speakers: null });
    const memory = new MaskingMemory();
    const issuer = unlinkedIssuer(keys, policy, accountId, sessionOf(), memory);
    const masking = new TurnMasking(memory, terms, issuer);
    let masked = '';
    await prepare<never>(
      { masking, rules: terms.rules, ...longTexts },
      {
        *walking() {
          masked = text === '' ? '' : yield { text, position: { pointer: '/text', speaker: 'user', key: null } };
          return { ok: true, body: new Uint8Array(), binaryParts: 0 };
        },
      },
    );
    const events = masking
      .redactions(null)
      .map(({ kind: _kind, path: _path, speaker: _speaker, ...event }) => event)
      .sort((a, b) => a.span[0] - b.span[0]);
    return { masked, events };
  };
}

/** The issuer of one text: its tokens and surrogates have nothing in common with those of calls. */
export function unlinkedIssuer(
  keys: TokenKeys,
  { tokenization, kid }: Policy,
  accountId: AccountId,
  session: SessionId,
  memory: MaskingMemory,
): TokenIssuer {
  return tokenization === 'synthetic'
    ? sessionIssuer({ keys, tokenization, kid, seed: null }, accountId, session, memory)
    : createUnlinkedIssuer(keys, tokenization, kid, accountId, session);
}
