/** What a caller may set of `caller_auth`: rules and defaults. See docs/proxy.md, Who may call an agent. */
import type { FieldProblem } from '../platform/failure.ts';
import { Secret } from '../platform/secret.ts';
import { SIGNATURE_ALGORITHMS, SIGNATURE_ENCODINGS, SIGNED_PAYLOADS } from './caller-auth.ts';
import type { SharedSecretSettings, SignatureSettings } from './caller-auth.ts';

/** A signature as given; what is null or absent is the default. */
export interface SignatureInput {
  /** Absent: the secret stays the one that is set. */
  readonly secret?: string | null | undefined;
  readonly algorithm?: string | null | undefined;
  readonly header?: string | null | undefined;
  readonly timestampHeader?: string | null | undefined;
  readonly payload?: string | null | undefined;
  readonly toleranceSeconds?: number | null | undefined;
  readonly encoding?: string | null | undefined;
  readonly prefix?: string | null | undefined;
}

export interface SharedSecretInput {
  /** Absent: the secret stays the one that is set. */
  readonly secret?: string | null | undefined;
  readonly header?: string | null | undefined;
}

/** Each way: absent stays as it is, null is taken away. */
export interface CallerAuthInput {
  readonly signature?: SignatureInput | null | undefined;
  readonly sharedSecret?: SharedSecretInput | null | undefined;
  readonly proxyKey?: boolean | null | undefined;
}

/** One way as it is to be: null is none, and a secret that is null is the one that is set already. */
export type WayChange<Settings> = { readonly settings: Settings; readonly secret: Secret<string> | null } | null;

/** A change of `caller_auth` that holds; what is undefined stays. */
export interface CallerAuthChange {
  readonly signature?: WayChange<SignatureSettings> | undefined;
  readonly sharedSecret?: WayChange<SharedSecretSettings> | undefined;
  readonly proxyKey?: boolean | undefined;
  /** True where the input is null: anybody may call, and whoever asks for it means it. */
  readonly opens?: boolean | undefined;
}

type Checked =
  | { readonly ok: true; readonly change: CallerAuthChange }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

export const SIGNATURE_HEADER = 'X-Vapi-Signature';
export const SECRET_HEADER = 'X-Vapi-Secret';
const TIMESTAMP_HEADER = 'X-Timestamp';
const DEFAULT_TOLERANCE = 300;
const MAX_TOLERANCE = 3_600;

/** The change that an input asks for, or every problem of it with its path below `callerAuth`. Null takes every way away. */
export function checkCallerAuth(input: CallerAuthInput | null): Checked {
  const problems: FieldProblem[] = [];
  const report = (path: string, code: string, message: string): void => {
    problems.push({ path: `callerAuth.${path}`, code, message });
  };
  const { signature, sharedSecret, proxyKey } = input ?? { signature: null, sharedSecret: null, proxyKey: false };
  const change = {
    signature: signature === undefined || signature === null ? signature : signatureChange(signature, report),
    sharedSecret:
      sharedSecret === undefined || sharedSecret === null ? sharedSecret : sharedSecretChange(sharedSecret, report),
    proxyKey: proxyKey ?? undefined,
    ...(input === null ? { opens: true } : {}),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, change };
}

type Report = (path: string, code: string, message: string) => void;

function signatureChange(input: SignatureInput, report: Report): WayChange<SignatureSettings> {
  const at: Report = (path, code, message) => {
    report(`signature.${path}`, code, message);
  };
  // A payload that has a time in it needs a header to have it from, and a time that is sent is best signed, too.
  const payload = choice(
    'payload',
    input.payload ?? (isGiven(input.timestampHeader) ? '{timestamp}.{body}' : '{body}'),
    SIGNED_PAYLOADS,
    at,
  );
  const timestampHeader = input.timestampHeader ?? (payload === '{timestamp}.{body}' ? TIMESTAMP_HEADER : null);
  const header = headerName('header', input.header ?? SIGNATURE_HEADER, at);
  if (timestampHeader !== null) headerName('timestampHeader', timestampHeader, at);
  if (timestampHeader?.toLowerCase() === header.toLowerCase())
    at('timestampHeader', 'invalid_value', 'must be another header than that of the signature');
  const toleranceSeconds = input.toleranceSeconds ?? DEFAULT_TOLERANCE;
  if (!Number.isSafeInteger(toleranceSeconds) || toleranceSeconds < 1 || toleranceSeconds > MAX_TOLERANCE) {
    at('toleranceSeconds', 'invalid_value', `must be from 1 to ${MAX_TOLERANCE}`);
  }
  const prefix = input.prefix ?? null;
  if (prefix !== null && !/^[\x21-\x7e]{1,32}$/.test(prefix))
    at('prefix', 'invalid_value', 'must have 1 to 32 visible ASCII characters');
  const settings = {
    algorithm: choice('algorithm', input.algorithm ?? 'sha256', SIGNATURE_ALGORITHMS, at),
    header,
    timestampHeader,
    payload,
    toleranceSeconds,
    encoding: choice('encoding', input.encoding ?? 'hex', SIGNATURE_ENCODINGS, at),
    prefix,
  };
  return {
    settings,
    secret: secretOf(
      input.secret,
      /^[^\p{Cc}\p{Cs}]{8,512}$/u,
      'must have 8 to 512 characters, none of them a control character',
      at,
    ),
  };
}

function sharedSecretChange(input: SharedSecretInput, report: Report): WayChange<SharedSecretSettings> {
  const at: Report = (path, code, message) => {
    report(`sharedSecret.${path}`, code, message);
  };
  const header = headerName('header', input.header ?? SECRET_HEADER, at);
  // It travels as a header's value, whose white space at the ends does not count.
  return {
    settings: { header },
    secret: secretOf(
      input.secret,
      /^[\x21-\x7e](?:[\x20-\x7e]{6,510}[\x21-\x7e])$/,
      'must have 8 to 512 ASCII characters, without a space at either end',
      at,
    ),
  };
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined;
}

function secretOf(
  secret: string | null | undefined,
  form: RegExp,
  rule: string,
  report: Report,
): Secret<string> | null {
  if (!isGiven(secret)) return null;
  if (!form.test(secret)) report('secret', 'invalid_value', rule);
  return new Secret(secret);
}

function choice<T extends string>(path: string, text: string, choices: readonly [T, ...T[]], report: Report): T {
  const found = choices.find((name) => name === text);
  if (found === undefined) report(path, 'invalid_value', `use ${choices.join(' or ')}`);
  return found ?? choices[0];
}

/** Headers that say something else already; whatever sets them would set the request upside down. */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'masker-session-id',
  'set-cookie',
  'transfer-encoding',
  'upgrade',
]);

/** A field name of RFC 9110, 5.1. */
function headerName(path: string, name: string, report: Report): string {
  if (!/^[\w!#$%&'*+.^`|~-]{1,64}$/.test(name))
    report(path, 'invalid_value', 'must be the name of a header, of at most 64 characters');
  else if (RESERVED.has(name.toLowerCase())) report(path, 'invalid_value', 'this header says something else already');
  return name;
}
