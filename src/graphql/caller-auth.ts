/** How callers of an agent prove themselves: as it is read, without any secret, and as it is set. */
import { parseCallerAuth } from '../agents/caller-auth.ts';
import type { CallerAuthSettings, SharedSecretSettings, SignatureSettings } from '../agents/caller-auth.ts';
import { builder } from './builder.ts';

const SignatureAuthType = builder.objectRef<SignatureSettings>('SignatureAuth').implement({
  description: 'An HMAC over the raw body. Its secret is never shown.',
  fields: (t) => ({
    algorithm: t.exposeString('algorithm'),
    header: t.exposeString('header'),
    timestampHeader: t.exposeString('timestampHeader', { nullable: true }),
    payload: t.exposeString('payload'),
    toleranceSeconds: t.exposeInt('toleranceSeconds'),
    encoding: t.exposeString('encoding'),
    prefix: t.exposeString('prefix', { nullable: true }),
  }),
});

const SharedSecretAuthType = builder.objectRef<SharedSecretSettings>('SharedSecretAuth').implement({
  description: 'A secret in a header. It is never shown.',
  fields: (t) => ({ header: t.exposeString('header') }),
});

const CallerAuthType = builder.objectRef<CallerAuthSettings>('CallerAuth').implement({
  description: 'The ways that callers can prove themselves in; any one of them suffices.',
  fields: (t) => ({
    signature: t.field({ type: SignatureAuthType, nullable: true, resolve: ({ signature }) => signature }),
    sharedSecret: t.field({ type: SharedSecretAuthType, nullable: true, resolve: ({ sharedSecret }) => sharedSecret }),
    proxyKey: t.exposeBoolean('proxyKey', { description: 'Whether proxy keys are asked for.' }),
  }),
});

const SignatureAuthInput = builder.inputType('SignatureAuthInput', {
  description: 'What is absent or null is the default; without a secret the one that is set stays.',
  fields: (t) => ({
    secret: t.string({ description: '8 to 512 characters. Stored encrypted.' }),
    algorithm: t.string({ description: 'sha256 (default), sha512 or sha1.' }),
    header: t.string({ description: 'X-Vapi-Signature by default.' }),
    timestampHeader: t.string({
      description: 'The header with the time of signing, in seconds or milliseconds since the epoch; none by default.',
    }),
    payload: t.string({ description: '{body}, or {timestamp}.{body}: the default where there is a timestampHeader.' }),
    toleranceSeconds: t.int({
      description: 'How old or how far ahead the time of signing may be: 1 to 3600, 300 by default.',
    }),
    encoding: t.string({ description: 'hex (default) or base64.' }),
    prefix: t.string({
      description: 'What stands before the signature; by default the name of the algorithm and = may.',
    }),
  }),
});

const SharedSecretAuthInput = builder.inputType('SharedSecretAuthInput', {
  description: 'Without a secret the one that is set stays.',
  fields: (t) => ({
    secret: t.string({ description: '8 to 512 ASCII characters. Stored encrypted.' }),
    header: t.string({
      description: 'X-Vapi-Secret by default. In Authorization, the word Bearer may stand before it.',
    }),
  }),
});

/** The `callerAuth` of an agent's inputs. */
export const CallerAuthInput = builder.inputType('CallerAuthInput', {
  description: 'A way that is absent stays as it is, one that is null is taken away.',
  fields: (t) => ({
    signature: t.field({ type: SignatureAuthInput }),
    sharedSecret: t.field({ type: SharedSecretAuthInput }),
    proxyKey: t.boolean({ description: 'Whether a proxy key is asked for; making the first one sets it.' }),
  }),
});

builder.prismaObjectFields('Agent', (t) => ({
  callerAuth: t.field({
    type: CallerAuthType,
    nullable: true,
    description: 'How callers prove themselves; null: by knowing the agent’s id.',
    select: { callerAuth: true },
    resolve: ({ callerAuth }) => parseCallerAuth(callerAuth),
  }),
  openToAnyone: t.boolean({
    description: 'Whether anybody who knows the agent’s id may call it: true where callerAuth is null.',
    select: { callerAuth: true },
    resolve: ({ callerAuth }) => callerAuth === null,
  }),
}));
