/**
 * What the caller of a request proved itself with. A session, and a chain of answers, belong to the credential that opened
 * them: the same name under another credential is another session. See docs/proxy.md, Restoring values.
 */

/** The name of a credential, never a secret itself; `none` where the agent asks for no proof. */
export type Credential = 'none' | 'signature' | 'shared_secret' | `proxy_key:${string}`;
