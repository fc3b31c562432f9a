/** Each field of an entry is what docs/audit-format.md says, and a fault is named by entry and field. */
import { describe, expect, it } from 'vitest';
import { verifyBundle } from '../src/verify.ts';
import { bytesOf, FACTS, validBundle, type Json, type JsonRecord } from './bundle-builder.ts';

const bundle = validBundle();

/** What the schema check says of the bundle with fields of one entry changed; undefined takes a field out. */
function schemaFaults(index: number, changes: Readonly<Record<string, Json | undefined>>): readonly string[] {
  const entries = bundle.entries.map((entry, at) =>
    at === index ? { ...(entry as JsonRecord), ...changes } : entry,
  ) as Json[];
  const verification = verifyBundle(bytesOf({ ...bundle, report: null, seals: [], entries }));
  if (verification.outcome === 'unreadable') throw new Error('unreadable');
  const schema = verification.checks.find(({ id }) => id === 'schema');
  for (const { entry } of schema?.findings ?? []) expect(entry?.index).toBe(index);
  return schema?.findings.map(({ message }) => message.split(' ')[0] ?? '') ?? [];
}

const at = (kind: string): number => FACTS.findIndex((fact) => fact['kind'] === kind);
const stages = { detection: 1, tokenize: 1, upstream: 1, rehydrate: 1 };

describe('faults', () => {
  it.each<[string, string, readonly (Json | undefined)[]]>([
    ['session_started', 'v', [undefined, 2, '1']],
    ['session_started', 'seq', [undefined, -1, 0.5, '0', null]],
    [
      'session_started',
      'ts',
      [
        '',
        '2026-05-03T21:14:00Z',
        '2026-02-30T00:00:00.000Z',
        '2026-05-03T24:00:00.000Z',
        '2026-05-03T21:14:00.000+00:00',
        0,
      ],
    ],
    [
      'session_started',
      'event_id',
      [
        undefined,
        '',
        'evt_1',
        'evt_81JD0000000000000000000001',
        'evt_01jd0000000000000000000001',
        'sess_01JD0000000000000000000001',
        'evt_01JD0000000000000000000001\n',
      ],
    ],
    ['session_started', 'session_id', [undefined, 'x', null]],
    ['session_started', 'agent_id', [undefined, 'evt_01JD0000000000000000000001']],
    ['session_started', 'turn', [undefined, -1, null]],
    ['session_started', 'kind', [undefined, '', 'Redaction', 7]],
    ['session_started', 'policy_name', [undefined, null, 'x'.repeat(4097)]],
    ['session_started', 'policy_version', [undefined, '1']],
    ['session_started', 'prev_hash', [undefined, '0'.repeat(63), 'AB'.repeat(32)]],
    ['session_started', 'this_hash', [undefined, '0'.repeat(65), null]],
    ['session_started', 'continues', [null, 'x']],
    ['redaction', 'pass', [undefined, '', 'NER']],
    ['redaction', 'entity_kind', [undefined, '', 'name']],
    ['redaction', 'span', [undefined, [], [1], [1, 2, 3], [2, 1], [1, 1], [-1, 1], [0.5, 1], ['0', '1'], '01']],
    ['redaction', 'path', [undefined, 'messages', '/~2', '/a~', `/${'a'.repeat(4096)}`]],
    ['redaction', 'confidence', [undefined, -0.1, 1.1, '1']],
    ['redaction', 'action', [undefined, null, 'hide']],
    ['redaction', 'token_kind', [undefined, 'mskv1', '']],
    ['redaction', 'kid', [undefined, 1]],
    ['redaction', 'speaker', [undefined, {}]],
    ['turn_forwarded', 'upstream', [undefined, null]],
    ['turn_forwarded', 'model', [undefined, 4]],
    ['turn_forwarded', 'request_sha256', [undefined, null, 'x']],
    ['turn_forwarded', 'tokens_issued', [null, -1, '1']],
    ['turn_forwarded', 'tokens_inherited', [null, 0, -1, '1']],
    ['turn_completed', 'tokens_returned', [null, [], 1]],
    ['call_started', 'platform', [undefined, null]],
    ['call_started', 'caller', [undefined, '+14155550142', '']],
    ['call_started', 'tokens_issued', [undefined, null, -1]],
    ['leak_suspected', 'entity_kind', [undefined, 'phone', null]],
    ['leak_suspected', 'count', [undefined, 0, '1']],
    ['turn_completed', 'status', [undefined, 'forwarded']],
    ['turn_completed', 'http_status', [undefined, '200', 0.5]],
    ['turn_completed', 'response_sha256', [undefined, '']],
    ['turn_completed', 'stage_durations_ms', [undefined, null, []]],
    ['rehydration_failed', 'entity_kind', [undefined, null]],
    ['rehydration_failed', 'reason', [undefined, 'lost']],
    ['rehydration_failed', 'count', [undefined, 0]],
    ['session_sealed', 'status', [undefined, null]],
    ['session_sealed', 'reason', [undefined, 'tired']],
  ])('%s: %s', (kind, field, values) => {
    const index = at(kind);
    for (const value of values)
      expect({ value, faults: schemaFaults(index, { [field]: value }) }).toEqual({
        value,
        faults: [`/entries/${index}/${field}`],
      });
  });

  it('turn_completed: each stage', () => {
    const index = at('turn_completed');
    for (const stage of Object.keys(stages)) {
      expect(schemaFaults(index, { stage_durations_ms: { ...stages, [stage]: -1 } })).toEqual([
        `/entries/${index}/stage_durations_ms/${stage}`,
      ]);
    }
    expect(schemaFaults(index, { stage_durations_ms: {} })).toHaveLength(4);
    expect(schemaFaults(index, { tokens_returned: { exact: -1, repaired: 0.5 } })).toEqual(
      ['exact', 'repaired'].map((how) => `/entries/${index}/tokens_returned/${how}`),
    );
  });
});

describe('no faults', () => {
  it('where an entry is older than what was added later', () => {
    expect(schemaFaults(at('turn_forwarded'), { tokens_issued: undefined })).toEqual([]);
    expect(schemaFaults(at('turn_completed'), { tokens_returned: undefined })).toEqual([]);
  });

  it.each<[string, JsonRecord]>([
    ['session_started', { continues: 'sess_01JD0000000000000000000009' }],
    [
      'redaction',
      {
        path: '',
        confidence: 0,
        token_kind: null,
        kid: null,
        speaker: 'caller',
        pass: 'later_pass',
        entity_kind: 'LATER_KIND',
      },
    ],
    ['redaction', { path: '/a~0b/~1/0/', confidence: 1, span: [0, 1] }],
    ['turn_completed', { http_status: null, response_sha256: null, status: 'error' }],
    ['turn_forwarded', { later: { anything: [] } }],
    ['turn_forwarded', { tokens_issued: 3, tokens_inherited: 2 }],
    ['rehydration_failed', { reason: 'ambiguous' }],
    ['rehydration_failed', { reason: 'withheld', entity_kind: 'no kind at all' }],
    ['turn_completed', { tokens_returned: { exact: 0, repaired: -3 } }],
    ['call_started', { caller: null, tokens_issued: 0 }],
    ['rehydration_failed', { kind: 'weather_observed', count: 'of its own' }],
  ])('%s with %j', (kind, changes) => {
    expect(schemaFaults(at(kind), changes)).toEqual([]);
  });
});
