/** The objects of REST answers, field by field: what tests hold answers against, and what the OpenAPI document says. */
import { z } from 'zod';
import { INVITED_ROLES } from '../accounts/invitations.ts';
import { PERMISSIONS } from '../accounts/viewer.ts';
import { EVENT_TYPES } from '../events/event.ts';
import { UNKNOWNS } from '../policy/draft-effect.ts';
import { SIGNATURE_ALGORITHMS, SIGNATURE_ENCODINGS, SIGNED_PAYLOADS } from '../agents/caller-auth.ts';

const moment = z.iso.datetime().meta({ description: 'ISO 8601, UTC, with milliseconds.' });
const milliseconds = z.number().min(0);
const counts = z.record(z.string(), z.int().min(0)).meta({ description: 'Kind to count.' });
const sessionStatus = z.enum(['ok', 'partial', 'error']);

export const AGENT = z
  .strictObject({
    id: z.string().meta({ example: 'agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD' }),
    name: z.string(),
    upstream: z.string().meta({ example: 'openai:gpt-4o-mini' }),
    tokenization: z.string().meta({ example: 'vault-deterministic' }),
    policy_name: z.string(),
    policy_version: z.int(),
    proxy_url: z.url(),
    base_url: z.url().meta({ description: 'For clients of OpenAI; proxy_url is its chat completions.' }),
    webhook_url: z.url(),
    created_at: moment,
  })
  .meta({ id: 'Agent' });

export const AGENT_ITEM = AGENT.extend({ session_count_24h: z.int().min(0) }).meta({ id: 'AgentItem' });

export const PROXY_KEY = z.strictObject({ id: z.string(), created_at: moment }).meta({ id: 'ProxyKey' });

const CALLER_AUTH = z
  .strictObject({
    signature: z
      .strictObject({
        algorithm: z.enum(SIGNATURE_ALGORITHMS),
        header: z.string(),
        timestamp_header: z.string().nullable(),
        payload: z.enum(SIGNED_PAYLOADS),
        tolerance_seconds: z.int(),
        encoding: z.enum(SIGNATURE_ENCODINGS),
        prefix: z.string().nullable(),
      })
      .nullable(),
    shared_secret: z.strictObject({ header: z.string() }).nullable(),
    proxy_key: z.boolean(),
  })
  .meta({
    id: 'CallerAuth',
    description: 'The ways that callers can prove themselves in, without their secrets; any one suffices.',
  });

export const AGENT_DETAIL = AGENT.extend({
  policy_yaml: z.string().nullable().meta({
    description:
      'The text of the policy in force. Null only while it does not hold on this server, which then refuses calls.',
  }),
  inline_policy_yaml: z
    .string()
    .nullable()
    .meta({ description: 'The agent’s own policy as it was written; null where policy_name names a stored one.' }),
  caller_auth: CALLER_AUTH.nullable(),
  open_to_anyone: z
    .boolean()
    .meta({ description: 'Whether anybody who knows the id may call it: true where caller_auth is null.' }),
  proxy_keys: z.array(PROXY_KEY),
  assistant: z.record(z.string(), z.unknown()).nullable(),
  assistant_callback_url: z.string().nullable(),
  stats: z.strictObject({
    session_count_24h: z.int().min(0),
    session_count_7d: z.int().min(0),
    redaction_count_24h: z.int().min(0),
    p50_latency_ms: milliseconds.nullable(),
    p95_latency_ms: milliseconds.nullable(),
  }),
}).meta({ id: 'AgentDetail' });

export const SESSION_ITEM = z
  .strictObject({
    id: z.string().meta({ example: 'sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD' }),
    agent_id: z.string(),
    agent_name: z.string(),
    started_at: moment,
    ended_at: moment.nullable(),
    duration_ms: z.int().nullable(),
    status: sessionStatus,
    redaction_count: z.int().min(0),
    redactions_by_kind: counts,
    upstream_model: z.string(),
  })
  .meta({ id: 'SessionItem' });

export const POLICY_ITEM = z
  .strictObject({
    id: z.string().meta({ example: 'pol_01J3Z8Q4V9Y6R2M7T5W0X1C8KD' }),
    name: z.string(),
    origin: z.enum(['instance', 'account']).meta({ description: 'Whose policy it is.' }),
    description: z.string(),
    version: z.int().meta({ description: 'The version in force; the newest where none was published.' }),
    published_version: z.int().nullable().meta({ description: 'The version in force.' }),
    draft_version: z.int().nullable().meta({ description: 'The newest version, where it is not published.' }),
    digest: z.string().meta({ description: 'SHA-256 of the complete text in hex, as seals have it.' }),
    agent_count: z.int().min(0).meta({ description: 'How many agents name it.' }),
    created_at: moment.nullable(),
    updated_at: moment.nullable(),
  })
  .meta({ id: 'PolicyItem' });

export const POLICY = POLICY_ITEM.extend({
  policy_yaml: z.string().meta({ description: 'The text of `version` as it was written.' }),
  resolved_yaml: z.string().meta({ description: 'The complete text, with the policy that it extends.' }),
  draft_yaml: z.string().nullable().meta({ description: 'The text of `draft_version` as it was written.' }),
}).meta({ id: 'Policy' });

export const POLICY_VERSION = z
  .strictObject({
    version: z.int().min(1),
    status: z.enum(['draft', 'published', 'superseded', 'skipped']),
    description: z.string(),
    policy_yaml: z.string(),
    created_at: moment,
    created_by: z.string().nullable(),
    published_at: moment.nullable().meta({ description: 'When it was first published.' }),
    restores: z.int().nullable().meta({ description: 'The version whose text a rollback took up again.' }),
  })
  .meta({ id: 'PolicyVersion' });

export const POLICY_PROBLEM = z
  .strictObject({
    code: z.string(),
    path: z.string().meta({ description: 'Dotted from the root; empty for the document itself.' }),
    line: z.int().min(1),
    column: z.int().min(1),
    message: z.string(),
  })
  .meta({ id: 'PolicyProblem' });

export const POLICY_DIFF = z
  .strictObject({
    from: z.int().min(1),
    to: z.int().min(1),
    changes: z.array(
      z.strictObject({
        path: z.string().meta({ description: 'Dotted from the root; patterns by their names.' }),
        before: z.string().nullable().meta({ description: 'JSON; null where the setting is absent.' }),
        after: z.string().nullable().meta({ description: 'JSON; null where the setting is absent.' }),
      }),
    ),
  })
  .meta({ id: 'PolicyDiff', description: 'What is different between two versions, setting by setting.' });

export const POLICY_EFFECT = z
  .strictObject({
    version: z.int().min(1),
    sessions: z.int().min(0).meta({ description: 'How many sessions were looked at.' }),
    turns: z.int().min(0).meta({ description: 'How many of their turns have redactions.' }),
    is_complete: z.boolean().meta({ description: 'False where only the newest sessions were looked at.' }),
    kinds: z.array(
      z.strictObject({
        kind: z.string(),
        recorded: z.int().min(0).meta({ description: 'All of them: kept, changed and dropped.' }),
        kept: z.int().min(0),
        changed: z.int().min(0).meta({ description: 'Found again with another kind or action.' }),
        unmasked: z.int().min(0).meta({ description: 'Of the changed: they would pass through as they are.' }),
        dropped: z.int().min(0).meta({ description: 'Not reported any more by the pass that found them.' }),
      }),
    ),
    unknown: z.array(z.enum(UNKNOWNS)).meta({ description: 'What records cannot tell of the difference.' }),
  })
  .meta({ id: 'PolicyEffect', description: 'What a version would have made of recorded redactions.' });

export const EVENT = z
  .strictObject({
    event_id: z.string(),
    pass: z.string(),
    entity_kind: z.string(),
    span: z.tuple([z.int().min(0), z.int().min(0)]).meta({ description: '[start, end) in UTF-16 code units.' }),
    path: z.string().meta({ description: 'JSON Pointer into the request.' }),
    confidence: z.number().min(0).max(1),
    action: z.string(),
    token_kind: z.string().nullable(),
    kid: z.string().nullable(),
    speaker: z.string().nullable(),
    turn: z.int().min(1),
    ts: moment,
  })
  .meta({ id: 'RedactionEvent' });

const wholeMs = z.int().min(0).meta({ description: 'Milliseconds.' });
const STAGES = { detection: wholeMs, tokenize: wholeMs };

export const TURN = z
  .strictObject({
    id: z.string(),
    number: z.int().min(1),
    started_at: moment,
    ended_at: moment.nullable(),
    status: z.enum(['forwarded', 'ok', 'partial', 'error']),
    model: z.string(),
    streamed: z.boolean(),
    redaction_count: z.int().min(0),
    stage_durations_ms: z.strictObject({
      ...STAGES,
      upstream: wholeMs.nullable(),
      rehydrate: wholeMs.nullable(),
    }),
    added_ms: milliseconds.nullable(),
  })
  .meta({ id: 'Turn' });

const TOKEN_ACCOUNT = z
  .strictObject({
    issued: z.int().min(0),
    returned_exact: z.int().min(0),
    returned_repaired: z.int().min(0),
    not_returned: z.int().min(0),
    unknown: z.int().min(0),
    refused: z.int().min(0),
    outside_turn: z.int().min(0),
    withheld: z.int().min(0),
  })
  .meta({
    id: 'TokenAccount',
    description:
      'What came of the tokens of a session: issued = returned_exact + returned_repaired + not_returned. The others count occurrences that were not restored; outside_turn is part of refused.',
  });

/** What one operation answers of a session: everything but its turns and events. */
export const SESSION_FACTS = SESSION_ITEM.extend({
  sealed_at: moment.nullable(),
  continues: z.string().nullable(),
  policy_name: z.string(),
  policy_version: z.int(),
  stage_durations_ms: z.strictObject({ ...STAGES, upstream: wholeMs, rehydrate: wholeMs }),
  tokens: TOKEN_ACCOUNT,
  merkle_root_hex: z.string().nullable(),
  payloads: z.strictObject({
    request: z.unknown().nullable(),
    masked: z.unknown().nullable(),
    answer: z.unknown().nullable(),
    response: z.unknown().nullable(),
  }),
});

export const SESSION = SESSION_FACTS.extend({ turns: z.array(TURN), events: z.array(EVENT) }).meta({ id: 'Session' });

export const REPORT = z
  .looseObject({
    id: z.string(),
    scope: z.string(),
    session_id: z.string(),
    generated_at: moment,
    merkle_root_hex: z.string(),
    redactions_by_kind: counts,
    tokens: z.looseObject(TOKEN_ACCOUNT.shape),
    leak_detection: z.strictObject({
      searched_requests: z.int().min(0),
      blocked_requests: z.int().min(0),
      suspected_by_kind: counts,
    }),
    completeness: z.looseObject({
      matched: z.int().min(0),
      unseen: z.int().min(0),
      only_ours: z.int().min(0),
      excluded: z.int().min(0),
      unknown: z.int().min(0),
      sessions_compared: z.int().min(0),
      sessions_not_compared: z.int().min(0),
    }),
    pci_dss: z.looseObject({ cardholder_data: z.enum(['none_found', 'replaced', 'forwarded']) }),
    retention_attestation: z.looseObject({ statement: z.string() }),
    baa_chain: z.array(z.looseObject({ role: z.string(), name: z.string().nullable() })),
    coverage: z.looseObject({ detector: z.string(), measured: z.boolean() }),
    limits: z.array(z.string()),
    policy_snapshot: z.string(),
    safe_harbor_coverage: z.record(z.string(), z.enum(['full', 'partial', 'in_progress', 'not_applicable'])),
  })
  .meta({ id: 'Report', description: 'Masker Audit Schema v1.' });

/** The same over many sessions. */
export const SCOPE_REPORT = REPORT.omit({ session_id: true })
  .extend({ scope: z.enum(['agent', 'account']), agent_id: z.string().optional() })
  .meta({ id: 'ScopeReport', description: 'Masker Audit Schema v1, over many sessions.' });

export const BUNDLE = z
  .looseObject({ format: z.enum(['masker-bundle/v1', 'masker-disclosure/v1']) })
  .meta({ id: 'Bundle', description: 'What masker-verify reads.' });

export const INVITATION = z
  .strictObject({
    id: z.string(),
    role: z.enum(INVITED_ROLES),
    github_login: z.string().nullable(),
    email: z.string().nullable(),
    created_by: z.string(),
    created_at: moment,
    expires_at: moment,
  })
  .meta({ id: 'Invitation' });

export const MEMBER = z
  .strictObject({
    id: z.string(),
    github_login: z.string().nullable(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    role: z.enum(INVITED_ROLES),
    created_at: moment,
    last_seen_at: moment,
  })
  .meta({ id: 'Member' });

export const ACCESS_TOKEN = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    permissions: z.array(z.enum(PERMISSIONS)),
    created_at: moment,
    expires_at: moment.nullable(),
    last_used_at: moment.nullable(),
  })
  .meta({ id: 'AccessToken' });

export const BROWSER_SESSION = z
  .strictObject({
    id: z.string(),
    created_at: moment,
    last_seen_at: moment,
    user_agent: z.string().nullable(),
    current: z.boolean().meta({ description: 'Whether this request came with its cookie.' }),
  })
  .meta({ id: 'BrowserSession' });
export const FEED_EVENT = z
  .strictObject({
    id: z.string().meta({ example: 'evn_01J3Z8Q4V9Y6R2M7T5W0X1C8KD' }),
    type: z.enum(EVENT_TYPES),
    created_at: moment,
    object: z.strictObject({ type: z.enum(['session', 'report', 'agent']), id: z.string() }),
  })
  .meta({ id: 'Event', description: 'What happened to which object, and no more.' });

export const ME = z
  .strictObject({
    user: z.strictObject({
      id: z.string(),
      github_login: z.string().nullable(),
      github_id: z.int().nullable(),
      name: z.string().nullable(),
      email: z.string().nullable(),
      avatar_url: z.string().nullable(),
      created_at: moment,
      last_seen_at: moment,
    }),
    account: z.strictObject({
      id: z.string(),
      name: z.string(),
      plan: z.enum(['beta', 'pilot', 'production', 'internal']),
      created_at: moment,
    }),
    permissions: z.array(z.enum(PERMISSIONS)),
  })
  .meta({ id: 'Me' });

/** A page of a list. */
export function pageOf(item: z.ZodType): z.ZodObject {
  return z.strictObject({
    data: z.array(item),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it as `cursor` for the next page; null on the last.' }),
  });
}

export const ERROR = z
  .strictObject({
    error: z.strictObject({
      code: z.string(),
      message: z.string(),
      request_id: z.string(),
      details: z
        .array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() }))
        .optional()
        .meta({ description: 'One entry for each faulty field.' }),
    }),
  })
  .meta({ id: 'Error' });
