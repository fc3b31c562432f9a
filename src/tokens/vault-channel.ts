/** The channel on which nodes hear that values were erased from vaults; the payload is the session, or empty for all of them. */
export const VAULT_CHANNEL = 'masker_vaults';
