/** How the tokens of one value begin in an account: what stored tokens are searched by. See docs/tokens.md, Kinds of tokenization. */
import type { EntityKind } from '../detection/kinds.ts';
import type { AccountId } from '../platform/ids.ts';
import { VAULT_VALUE_LENGTH } from './grammar.ts';
import { SHARED_CHARACTERS, tokenBy } from './issuer.ts';
import type { TokenKeys } from './issuer.ts';
import { normalise } from './normalise.ts';

/** Characters of a stored token behind those that a value and its parts have in common. */
export const UNSHARED_CHARACTERS = VAULT_VALUE_LENGTH - SHARED_CHARACTERS;

/** The part of a stored token that the tokens of a value and of its parts have in common. */
export function beginningOf(token: string): string {
  return token.slice(0, -UNSHARED_CHARACTERS);
}

/** The beginnings of the deterministic tokens of a value: one for each kind and registered key. */
export function valueBeginnings(
  keys: TokenKeys,
  account: AccountId,
  kinds: readonly EntityKind[],
  value: string,
): readonly string[] {
  const forms = kinds.map((kind) => ({ kind, form: normalise(kind, value) }));
  return keys.ring.all().flatMap((key) => {
    const secret = keys.deterministic(key, account);
    return forms.map(({ kind, form }) => beginningOf(tokenBy(secret, kind, key.kid, form)));
  });
}
