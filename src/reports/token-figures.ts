/** What came of tokens, and what their scheme means under 45 CFR 164.514(c). See docs/audit-format.md, Numbers. */
import type { ProvenEntry } from '../audit/chain.ts';
import type { TokenScheme } from '../tokens/grammar.ts';

/** The scheme of the tokens in a report; `mixed` where there are several, `none` where no token was made. */
export type ReportedScheme =
  'vault-deterministic' | 'vault-random' | 'reversible-aead' | 'synthetic' | 'mixed' | 'none';

/** What came of tokens: issued = returned_exact + returned_repaired + not_returned. */
export interface ReportedTokens {
  readonly scheme: ReportedScheme;
  /** Redactions that a token stands for, by scheme of the token grammar. */
  readonly redactions_by_scheme: Readonly<Partial<Record<TokenScheme, number>>>;
  /** What follows from the scheme under 45 CFR 164.514(c). */
  readonly reidentification: string;
  readonly issued: number;
  readonly returned_exact: number;
  /** Restored from altered spellings only. */
  readonly returned_repaired: number;
  readonly not_returned: number;
  /** Occurrences of tokens that were not issued in the session. */
  readonly unknown: number;
  /** Occurrences that were malformed, ambiguous, or not in the request of their turn. */
  readonly refused: number;
  /** Of the refused, tokens of this session that did not stand in the request of their turn. */
  readonly outside_turn: number;
  /** Occurrences that the policy kept back. */
  readonly withheld: number;
}

type Outcome = Omit<ReportedTokens, 'scheme' | 'redactions_by_scheme' | 'reidentification'>;

/** Sums up what journals say of tokens. Entries of an early version 1 say nothing of what was issued and returned. */
export class TokenFigures {
  #issued = 0;
  #exact = 0;
  #repaired = 0;
  #unknown = 0;
  #refused = 0;
  #outsideTurn = 0;
  #withheld = 0;
  /** Whether a token of the vault was made since the last request left. */
  #isVaultUsed = false;
  readonly #vaultSchemes = new Set<ReportedScheme>();

  add(entry: ProvenEntry): void {
    if (entry.kind === 'redaction') this.#isVaultUsed ||= entry.token_kind === 'MSKV1';
    if (entry.kind === 'turn_forwarded') {
      if (this.#isVaultUsed) this.#vaultSchemes.add(entry.tokenization ?? 'vault-deterministic');
      this.#isVaultUsed = false;
    }
    if ('tokens_issued' in entry) this.#issued += entry.tokens_issued;
    if ('tokens_returned' in entry) {
      this.#exact += entry.tokens_returned.exact;
      this.#repaired += entry.tokens_returned.repaired;
    }
    if (entry.kind !== 'rehydration_failed') return;
    if (entry.reason === 'unknown') this.#unknown += entry.count;
    else if (entry.reason === 'withheld') this.#withheld += entry.count;
    else this.#refused += entry.count;
    if (entry.reason === 'outside_turn') this.#outsideTurn += entry.count;
  }

  /** How the tokens of the vault were made. */
  get vaultSchemes(): ReadonlySet<ReportedScheme> {
    // A redaction whose request is not on record was made before requests named a scheme.
    return this.#isVaultUsed ? new Set([...this.#vaultSchemes, 'vault-deterministic']) : this.#vaultSchemes;
  }

  get outcome(): Outcome {
    return {
      issued: this.#issued,
      returned_exact: this.#exact,
      returned_repaired: this.#repaired,
      not_returned: this.#issued - this.#exact - this.#repaired,
      unknown: this.#unknown,
      refused: this.#refused,
      outside_turn: this.#outsideTurn,
      withheld: this.#withheld,
    };
  }
}

const REIDENTIFICATION: Readonly<Record<ReportedScheme, string>> = {
  'vault-deterministic':
    'Each token is an HMAC of the value under a secret key of the account. 45 CFR 164.514(c)(1) asks that a re-identification code is not derived from information about the individual. A token of this scheme is derived from it, so this report does not claim that masked text with these tokens is de-identified under 164.514(b)(2). The key and the mapping are not disclosed to model providers, 164.514(c)(2).',
  'vault-random':
    'Each token is 16 random bytes, one for each value within a session. It is not derived from information about the individual, and no two sessions share a token, 45 CFR 164.514(c)(1). The mapping is kept encrypted, and is not disclosed to model providers, 164.514(c)(2). Whether masked text is de-identified under 164.514(b)(2) also depends on what detection finds.',
  'reversible-aead':
    'Each token is an authenticated encryption of the value under a secret key. 45 CFR 164.514(c)(1) asks that a re-identification code is not derived from information about the individual and cannot be translated without authority. A token of this scheme holds the value, encrypted, so this report does not claim that masked text with these tokens is de-identified under 164.514(b)(2). The key is not disclosed to model providers, 164.514(c)(2).',
  synthetic:
    'The model reads surrogates, which are made-up values of the same form. A surrogate keeps features of its value, such as the area of a telephone number or ZIP code, the state, and the distances between dates. 45 CFR 164.514(c)(1) asks that a re-identification code is not derived from information about the individual. A surrogate is derived from it, so this report does not claim that text with surrogates is de-identified under 164.514(b)(2). The key and the mapping are not disclosed to model providers, 164.514(c)(2).',
  mixed:
    'Tokens of several schemes were used. 45 CFR 164.514(c)(1) asks that a re-identification code is not derived from information about the individual. Some of these tokens are derived from it, so this report does not claim that masked text with them is de-identified under 164.514(b)(2). The keys are not disclosed to model providers, 164.514(c)(2).',
  none: 'No token was made: there is no re-identification code that 45 CFR 164.514(c) would apply to.',
};

/** The account of tokens as a report states it. */
export function reportedTokens(
  { outcome, vaultSchemes }: Pick<TokenFigures, 'outcome' | 'vaultSchemes'>,
  byScheme: Readonly<Partial<Record<TokenScheme, number>>>,
): ReportedTokens {
  const used: readonly ReportedScheme[] = [
    ...vaultSchemes,
    ...(byScheme.MSK1 === undefined ? [] : ['reversible-aead' as const]),
  ];
  const scheme = used.length > 1 ? 'mixed' : (used[0] ?? 'none');
  return { scheme, redactions_by_scheme: byScheme, reidentification: REIDENTIFICATION[scheme], ...outcome };
}
