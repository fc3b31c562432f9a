/** The documents that `masker apply` reads: what each kind may say. See docs/operations.md, Apply. */
import { z } from 'zod';
import { LEAST_LOG_DAYS } from '../../../accounts/retention-settings.ts';

/** A secret by the place where it is: documents are kept in version control, and hold none. */
const SECRET_PLACES = { secret_env: z.string().min(1).optional(), secret_file: z.string().min(1).optional() };

const SIGNATURE = z.strictObject({
  ...SECRET_PLACES,
  algorithm: z.string().optional(),
  header: z.string().optional(),
  timestamp_header: z.string().nullable().optional(),
  payload: z.string().optional(),
  tolerance_seconds: z.int().optional(),
  encoding: z.string().optional(),
  prefix: z.string().nullable().optional(),
});
const SHARED_SECRET = z.strictObject({ ...SECRET_PLACES, header: z.string().optional() });
const CALLER_AUTH = z.strictObject({
  signature: SIGNATURE.nullable().optional(),
  shared_secret: SHARED_SECRET.nullable().optional(),
  proxy_key: z.boolean().optional(),
});

const AGENT_SPEC = z
  .strictObject({
    upstream: z.string().min(1),
    tokenization: z.string().optional(),
    policy_name: z.string().optional(),
    policy_yaml: z.string().optional(),
    policy_file: z.string().optional(),
    caller_auth: CALLER_AUTH.nullable().optional(),
    assistant: z.record(z.string(), z.unknown()).nullable().optional(),
    assistant_callback_url: z.string().nullable().optional(),
  })
  .refine(
    ({ policy_name: name, policy_yaml: text, policy_file: file }) =>
      [name, text, file].filter((given) => given !== undefined).length <= 1,
    'names more than one policy: keep one of policy_name, policy_yaml and policy_file',
  );

/** A policy by its text, by a file, or by its own keys. */
const POLICY_SPEC = z
  .looseObject({ policy_yaml: z.string().optional(), policy_file: z.string().min(1).optional() })
  .refine(
    ({ policy_yaml: text, policy_file: file, ...keys }) =>
      (text === undefined && file === undefined) ||
      Object.keys(keys).length + Number(text !== undefined && file !== undefined) === 0,
    "must be policy_yaml, or policy_file, or the policy's own keys",
  );

const WEBHOOK_SPEC = z.strictObject({
  url: z.url(),
  event_types: z.array(z.string()).optional(),
  paused: z.boolean().optional(),
});

const RETENTION_SPEC = z.strictObject({
  payload_days: z.int().min(0).optional(),
  session_metadata_days: z.int().min(1).optional(),
  log_days: z.int().min(LEAST_LOG_DAYS).optional(),
});

const METADATA = z.strictObject({ name: z.string().min(1).max(64) });

export const DOCUMENT = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('Agent'), metadata: METADATA, spec: AGENT_SPEC }),
  z.strictObject({ kind: z.literal('Policy'), metadata: METADATA, spec: POLICY_SPEC }),
  z.strictObject({ kind: z.literal('Webhook'), metadata: METADATA, spec: WEBHOOK_SPEC }),
  z.strictObject({ kind: z.literal('Retention'), metadata: METADATA, spec: RETENTION_SPEC }),
]);

export type Declared = z.output<typeof DOCUMENT>;
export type Kind = Declared['kind'];
export type AgentSpec = z.output<typeof AGENT_SPEC>;
