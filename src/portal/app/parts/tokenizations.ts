/** The ways to make tokens that an agent can choose, in words. */
export const TOKENIZATIONS = [
  { value: 'vault-deterministic', label: 'Vault, same value same token in a call' },
  { value: 'vault-random', label: 'Vault, another token each time' },
  { value: 'reversible-aead', label: 'Token carries the encrypted value, no vault' },
  { value: 'synthetic', label: 'Made-up values of the same form, kept in the vault' },
] as const;
