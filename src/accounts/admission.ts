/** Who may sign in with GitHub: sign-in is not sign-up. See docs/api.md, Who may sign in. */
import { Failure } from '../platform/failure.ts';
import type { GitHubIdentity } from './github.ts';

/** Names in lower case; `open`: everybody; null: not set. */
export type AllowList = 'open' | readonly string[] | null;

export interface AdmissionRules {
  /** MASKER_GITHUB_ALLOWED_LOGINS. */
  readonly logins: AllowList;
  /** MASKER_GITHUB_ALLOWED_ORGS. */
  readonly organisations: AllowList;
}

/** A person who has an account already. */
export interface KnownPerson {
  /** Whether an admin of the account invited the person. */
  readonly invited: boolean;
}

/**
 * Returns whether the person may sign in. If sign-in is open: everybody. If a list is set: the people on it, and people
 * with an invitation. Otherwise: people who have an account. `known` is null for a person without an account.
 */
export function isAdmitted(
  { logins, organisations }: AdmissionRules,
  { login, organisations: memberOf }: Pick<GitHubIdentity, 'login' | 'organisations'>,
  known: KnownPerson | null,
): boolean {
  if (logins === 'open' || organisations === 'open') return true;
  if (logins === null && organisations === null) return known !== null;
  if (logins?.includes(login.toLowerCase()) === true) return true;
  return memberOf.some((name) => organisations?.includes(name) === true) || known?.invited === true;
}

/** The organisations that GitHub is asked about at a sign-in. */
export function askedOrganisations({ logins, organisations }: AdmissionRules): readonly string[] {
  return logins === 'open' || organisations === 'open' ? [] : (organisations ?? []);
}

/** The failure of a person who may not sign in. */
export function signInRefused(): Failure {
  return new Failure(
    'sign_in_refused',
    'This GitHub account may not sign in here, and nothing was stored. Ask the operator of this server to add your login to MASKER_GITHUB_ALLOWED_LOGINS or your organisation to MASKER_GITHUB_ALLOWED_ORGS, or ask an admin of an account for an invitation.',
  );
}
