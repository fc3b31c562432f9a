/** How callers of an agent prove themselves: the settings as they are stored, and with their secrets. See docs/proxy.md. */
import { z } from 'zod';
import type { Secret } from '../platform/secret.ts';

export const SIGNATURE_ALGORITHMS = ['sha256', 'sha512', 'sha1'] as const;
export const SIGNATURE_ENCODINGS = ['hex', 'base64'] as const;
export const SIGNED_PAYLOADS = ['{body}', '{timestamp}.{body}'] as const;

const SIGNATURE_SETTINGS = z.strictObject({
  algorithm: z.enum(SIGNATURE_ALGORITHMS),
  header: z.string(),
  timestamp_header: z.string().nullable(),
  payload: z.enum(SIGNED_PAYLOADS),
  tolerance_seconds: z.int(),
  encoding: z.enum(SIGNATURE_ENCODINGS),
  prefix: z.string().nullable(),
});

const STORED = z.strictObject({
  signature: SIGNATURE_SETTINGS.nullable(),
  shared_secret: z.strictObject({ header: z.string() }).nullable(),
  proxy_key: z.boolean(),
});

/** How a request is signed: an HMAC (RFC 2104) over its body, and where it stands. */
export interface SignatureSettings {
  readonly algorithm: (typeof SIGNATURE_ALGORITHMS)[number];
  /** Name of the header with the signature, as it was given; header names know no case. */
  readonly header: string;
  /** Name of the header with the time of signing; null: the caller sends none. */
  readonly timestampHeader: string | null;
  readonly payload: (typeof SIGNED_PAYLOADS)[number];
  /** How far the time of signing may be from ours, either way. */
  readonly toleranceSeconds: number;
  readonly encoding: (typeof SIGNATURE_ENCODINGS)[number];
  /** What stands before the signature. Null: nothing, or the name of the algorithm and `=`. */
  readonly prefix: string | null;
}

/** Where a caller sends a secret that it shares with us. */
export interface SharedSecretSettings {
  readonly header: string;
}

/** The settings of an agent without a secret in them. Any one that is set suffices. */
export interface CallerAuthSettings {
  readonly signature: SignatureSettings | null;
  readonly sharedSecret: SharedSecretSettings | null;
  /** Whether proxy keys are asked for: true also where every one of them was revoked, and then none opens. */
  readonly proxyKey: boolean;
}

/** What a request is held against. */
export interface CallerAuth {
  readonly signature: (SignatureSettings & { readonly secret: Secret<string> }) | null;
  readonly sharedSecrets: readonly (SharedSecretSettings & { readonly secret: Secret<string> })[];
  /** SHA-256 of each proxy key. */
  readonly proxyKeyHashes: readonly Uint8Array[];
}

/** The settings as a row holds them; null for null. Throws where a row holds what was never written. */
export function parseCallerAuth(stored: unknown): CallerAuthSettings | null {
  if (stored === null) return null;
  const { signature, shared_secret: sharedSecret, proxy_key: proxyKey } = STORED.parse(stored);
  return { signature: signature === null ? null : signatureOf(signature), sharedSecret, proxyKey };
}

function signatureOf(stored: z.output<typeof SIGNATURE_SETTINGS>): SignatureSettings {
  const { timestamp_header: timestampHeader, tolerance_seconds: toleranceSeconds, ...same } = stored;
  return { ...same, timestampHeader, toleranceSeconds };
}

/** What `parseCallerAuth` reads. */
export function storedCallerAuth({ signature, sharedSecret, proxyKey }: CallerAuthSettings): z.output<typeof STORED> {
  return {
    signature: signature === null ? null : storedSignature(signature),
    shared_secret: sharedSecret,
    proxy_key: proxyKey,
  };
}

function storedSignature({
  timestampHeader,
  toleranceSeconds,
  ...same
}: SignatureSettings): z.output<typeof SIGNATURE_SETTINGS> {
  return { ...same, timestamp_header: timestampHeader, tolerance_seconds: toleranceSeconds };
}
