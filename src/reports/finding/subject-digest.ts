/** What the record of a search or a purge says of the value: the same for two acts on one value in one account, and not the value. */
import type { EntityKind } from '../../detection/kinds.ts';
import { HmacKey, KeyDerivation } from '../../platform/hmac.ts';
import type { AccountId } from '../../platform/ids.ts';
import { normalise } from '../../tokens/normalise.ts';

/** Returns the digest in hex. `auditKey` is MASKER_AUDIT_HMAC_KEY; `kind` is null for every kind. */
export function subjectDigest(
  auditKey: Uint8Array,
  accountId: AccountId,
  kind: EntityKind | null,
  value: string,
): string {
  const key = new HmacKey(new KeyDerivation(auditKey).derive(`masker/subject-search/v1|${accountId}`));
  return key.digest(`${kind ?? ''}\0${normalise(kind ?? 'NAME', value)}`).toString('hex');
}
