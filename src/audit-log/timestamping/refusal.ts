/** Why no token was taken. The codes are shown in the log; none repeats anything of the reply. */
export type TimestampRefusalCode =
  | 'not_reached' // no answer in time
  | 'http_status' // another status than 200
  | 'not_a_reply' // another media type, or not a TimeStampResp in DER
  | 'too_large'
  | 'not_granted' // a status other than granted
  | 'malformed_token'
  | 'malformed_certificate' // not of version 3, or with a critical extension that is not known
  | 'wrong_imprint'
  | 'wrong_nonce'
  | 'wrong_time' // minutes apart from the clock of this server
  | 'wrong_signer' // the signed attributes do not name the certificate, or it is not there
  | 'bad_signature'
  | 'unsupported_algorithm'
  | 'wrong_key_usage' // a certificate that is not for time stamping, or not for vouching
  | 'outside_validity'
  | 'untrusted_authority'; // no chain to a certificate of MASKER_TSA_CA

export class TimestampRefusal extends Error {
  override readonly name = 'TimestampRefusal';
  readonly code: TimestampRefusalCode;

  constructor(code: TimestampRefusalCode, options?: ErrorOptions) {
    super(`no time-stamp token was taken: ${code}`, options);
    this.code = code;
  }
}

/** Throws TimestampRefusal unless the condition holds. */
export function ensure(condition: boolean, code: TimestampRefusalCode): asserts condition {
  if (!condition) throw new TimestampRefusal(code);
}
