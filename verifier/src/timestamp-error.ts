/** Why a time-stamp token or a certificate is refused. The message holds nothing of the input. */
export type TimestampErrorCode =
  | 'malformed_token' // not DER, not the structures of RFC 3161, RFC 5652 and RFC 5280, or too large
  | 'malformed_certificate' // not a certificate, or not PEM or DER
  | 'unsupported_algorithm' // a hash, signature or key that is weak or not known here
  | 'wrong_imprint' // a token of other bytes
  | 'wrong_nonce' // a token for another request
  | 'wrong_signer' // the signed attributes do not name the certificate, or none of the certificates is the signer's
  | 'bad_signature' // a signature that does not verify
  | 'wrong_key_usage' // a certificate that may not sign time stamps, or other certificates
  | 'outside_validity' // a certificate that was not valid at the time of the token
  | 'untrusted_authority'; // no chain to a given certificate

export class TimestampError extends Error {
  override readonly name = 'TimestampError';
  readonly code: TimestampErrorCode;

  constructor(code: TimestampErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Throws TimestampError unless the condition holds. */
export function demand(condition: boolean, code: TimestampErrorCode, message: string): asserts condition {
  if (!condition) throw new TimestampError(code, message);
}
