/** Whether an ID token says that the person proved more than one factor: `amr` (RFC 8176), or a class in `acr`. */

/** Classes of authentication that need a second factor, as providers write them. */
export const ACRS_OF_MFA: ReadonlySet<string> = new Set([
  'phr',
  'phrh',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
  'urn:okta:loa:2fa:any',
]);

const KNOWLEDGE: ReadonlySet<string> = new Set(['pwd', 'pin', 'kba']);
const POSSESSION_OR_BODY: ReadonlySet<string> = new Set('otp hwk swk sms tel sc fpt face iris retina vbm'.split(' '));

/** Returns true for `mfa`, for a known class, and for a secret together with a device or a body. */
export function provesMfa({
  amr,
  acr,
}: {
  readonly amr: readonly string[];
  readonly acr?: string | undefined;
}): boolean {
  if (amr.includes('mfa') || (acr !== undefined && ACRS_OF_MFA.has(acr))) return true;
  return amr.some((method) => KNOWLEDGE.has(method)) && amr.some((method) => POSSESSION_OR_BODY.has(method));
}
