/** Journal entries of every kind, for property tests. */
import fc from 'fast-check';
import type { Entry, EntryFact } from '../../../src/audit/entry.ts';

/** Texts with all that JSON escapes, and all that sorts oddly; no lone surrogate, which RFC 8785 has no form for. */
export const text: fc.Arbitrary<string> = fc.string({ unit: 'binary' }).map((value) => value.toWellFormed());
const count = fc.nat();
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const outcome = fc.constantFrom('ok' as const, 'partial' as const, 'error' as const);
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

const FACTS: { readonly [K in EntryFact['kind']]: fc.Arbitrary<Extract<EntryFact, { kind: K }>> } = {
  session_started: fc.oneof(
    fc.constant({ kind: 'session_started' as const }),
    text.map((id) => ({ kind: 'session_started' as const, continues: `sess_${id}` as const })),
  ),
  call_started: fc.record({
    kind: fc.constant('call_started'),
    platform: text,
    caller: orNull(fc.constant('masked')),
    tokens_issued: count,
    bypass_removed: fc.array(text, { maxLength: 3 }),
  }),
  redaction: fc.record({
    kind: fc.constant('redaction'),
    pass: fc.constantFrom('regex', 'gemma'),
    entity_kind: fc.constantFrom('NAME', 'PHONE'),
    span: fc.tuple(count, count),
    path: text,
    confidence: number,
    action: fc.constantFrom('tokenize', 'redact', 'passthrough'),
    token_kind: orNull(fc.constantFrom('MSKV1', 'MSK1')),
    kid: orNull(text),
    speaker: orNull(text),
    found_as: fc.constantFrom('SSN', 'NAME'),
  }),
  turn_forwarded: fc.record({
    kind: fc.constant('turn_forwarded'),
    upstream: text,
    model: text,
    request_sha256: text,
    tokens_issued: count,
    calendar_dates_kept: count,
    tokenization: fc.constantFrom('vault-random' as const, 'synthetic' as const),
  }),
  turn_completed: fc.record({
    kind: fc.constant('turn_completed'),
    status: outcome,
    http_status: orNull(count),
    response_sha256: orNull(text),
    stage_durations_ms: fc.record({ detection: number, tokenize: number, upstream: number, rehydrate: number }),
    tokens_returned: fc.record({ exact: count, repaired: fc.integer() }),
  }),
  detector_degraded: fc.record({
    kind: fc.constant('detector_degraded'),
    pass: fc.constant('gemma'),
    reason: fc.constant('timeout'),
  }),
  uninspectable_allowed: fc.record({ kind: fc.constant('uninspectable_allowed'), count }),
  rehydration_failed: fc.record({
    kind: fc.constant('rehydration_failed'),
    entity_kind: text,
    reason: fc.constantFrom('unknown', 'malformed'),
    count,
  }),
  leak_suspected: fc.record({ kind: fc.constant('leak_suspected'), entity_kind: fc.constant('SSN'), count }),
  session_sealed: fc.record({
    kind: fc.constant('session_sealed'),
    status: outcome,
    reason: fc.constantFrom('idle', 'ended'),
  }),
};

/** An entry with arbitrary texts, ids and times included. */
export const entry: fc.Arbitrary<Entry> = fc
  .tuple(fc.oneof(...Object.values(FACTS)), text, text, text, text, count, count)
  .map(([fact, id, policy, ts, event, seq, turn]) => ({
    v: 1,
    seq,
    ts,
    event_id: `evt_${event}`,
    turn,
    session_id: `sess_${id}`,
    agent_id: `agt_${id}`,
    policy_name: policy,
    policy_version: turn,
    ...fact,
  }));
