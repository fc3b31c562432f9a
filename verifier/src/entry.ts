/** Journal entries as untrusted input. docs/audit-format.md, Entries. */
import { fromHex, toHex, utf8 } from './bytes.ts';
import { hmacSha256 } from './hmac.ts';
import { canonicalBytes, canonicalText, without } from './jcs.ts';
import { isObject, readJson, type JsonItem, type JsonObject } from './json.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { leafHashOfText } from './merkle.ts';
import { Fields, isCount, matches } from './shape.ts';
import { Unreadable } from './unreadable.ts';
import type { EntryName, Findings } from './verdict.ts';

/** The fields that place an entry in its chain. */
export interface Link {
  readonly session_id: string;
  readonly seq: number;
  readonly prev_hash: string;
  readonly this_hash: string;
}

/** What the numbers of reports and seals are counted from. */
export type EntryFact =
  | {
      readonly kind: 'redaction';
      readonly entity_kind: string;
      readonly pass: string;
      readonly replaced: boolean;
      readonly scheme: string | null;
    }
  | { readonly kind: 'call_started'; readonly tokensIssued: number }
  | { readonly kind: 'turn_forwarded'; readonly tokensIssued: number }
  | { readonly kind: 'turn_completed'; readonly exact: number; readonly repaired: number }
  | { readonly kind: 'rehydration_failed'; readonly reason: string; readonly count: number }
  | { readonly kind: 'leak_suspected'; readonly turn: number; readonly entity_kind: string; readonly count: number }
  | { readonly kind: 'session_sealed'; readonly status: string | null }
  | { readonly kind: 'other' };

/** An entry with all that could be made of it. */
export interface EntryRecord {
  readonly name: EntryName;
  /** Whether it is an object in the file, and each of its tokens is spelled as RFC 8785 spells it. */
  readonly canonical: boolean;
  /** RFC 6962 hash of the stored bytes. */
  readonly leaf: Uint8Array;
  /** Null where it is missing or malformed. */
  readonly ts: string | null;
  /** Null where a chaining field is missing or malformed. */
  readonly link: Link | null;
  /** Null where any field is not what the format says. */
  readonly fact: EntryFact | null;
  /** `this_hash` under the chain key that was given; null where none was, and for an entry without its chaining fields. */
  readonly expectedHash: string | null;
}

/** The chain key of a session; null where none was given. */
export type ChainKeyOf = (sessionId: string) => Uint8Array | null;

const OUTCOMES = ['ok', 'partial', 'error'] as const;

/** Makes what can be made of `entries[index]`; what is wrong with its fields goes to `findings`. */
export function readEntry(
  { value, index, isSpelled, canonical }: JsonItem,
  chainKeyOf: ChainKeyOf,
  findings: Findings,
): EntryRecord {
  // The server writes an entry as a text where what it stored is not canonical JSON.
  const said = typeof value === 'string' ? storedObject(value) : isObject(value) ? value : null;
  const name = nameOf(said, index);
  const path = `/entries/${index}`;
  if (said === null) findings.add('wrong_shape', `${path} must be an entry object`, { entry: name });
  const link = said === null ? null : linkOf(said);
  const ts = timeOf(said);
  return {
    name,
    canonical: isObject(value) && isSpelled,
    leaf: leafHashOfText(typeof value === 'string' ? value : (canonical ?? canonicalText(value))),
    ts,
    link,
    fact: said === null ? null : readFact(new Fields(said, path, findings, name), link !== null && ts !== null),
    expectedHash: link === null || !isObject(value) ? null : hashUnder(chainKeyOf(link.session_id), value, link),
  };
}

function hashUnder(key: Uint8Array | null, object: JsonObject, { prev_hash }: Link): string | null {
  const previous = key === null ? null : fromHex(prev_hash, 32);
  if (key === null || previous === null) return null;
  return toHex(hmacSha256(key, previous, canonicalBytes(without(object, 'prev_hash', 'this_hash'))));
}

// The text is read only to name the entry. Small bounds: a file can hold a great many such texts.
const STORED_TEXT_LIMITS: Limits = { ...DEFAULT_LIMITS, bytes: 65_536, values: 1_000, containers: 100 };

function storedObject(text: string): JsonObject | null {
  try {
    const { value } = readJson(utf8(text), STORED_TEXT_LIMITS);
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

// What an entry says of itself is the attacker's to choose, so only well-formed names are repeated.
function nameOf(object: JsonObject | null, index: number): EntryName {
  const session = object?.get('session_id');
  const seq = object?.get('seq');
  const event = object?.get('event_id');
  return {
    index,
    session_id: matches('sessionId', session) ? session : null,
    seq: isCount(seq) ? seq : null,
    event_id: matches('eventId', event) ? event : null,
  };
}

function timeOf(object: JsonObject | null): string | null {
  const ts = object?.get('ts');
  return matches('time', ts) ? ts : null;
}

function linkOf(object: JsonObject): Link | null {
  const [session_id, seq] = [object.get('session_id'), object.get('seq')];
  const [prev_hash, this_hash] = [object.get('prev_hash'), object.get('this_hash')];
  const sound =
    matches('sessionId', session_id) && isCount(seq) && matches('hash', prev_hash) && matches('hash', this_hash);
  return sound ? { session_id, seq, prev_hash, this_hash } : null;
}

/** `isPlaced` says that its time and the fields that chain it were read already. */
function readFact(fields: Fields, isPlaced: boolean): EntryFact | null {
  fields.constant('v', 1);
  if (!isPlaced) readPlace(fields);
  fields.text('event_id', 'eventId');
  fields.text('agent_id', 'agentId');
  const turn = fields.count('turn');
  const kind = fields.text('kind', 'name');
  fields.text('policy_name', 'freeText');
  fields.count('policy_version');
  return fields.finish(readDetail(kind, turn, fields));
}

function readPlace(fields: Fields): void {
  fields.count('seq');
  fields.text('ts', 'time');
  fields.text('session_id', 'sessionId');
  fields.text('prev_hash', 'hash');
  fields.text('this_hash', 'hash');
}

/** Kinds that are not listed, and fields that are not read, are allowed: the format grows by adding. Older entries lack what was added. */
function readDetail(kind: string, turn: number, fields: Fields): EntryFact {
  switch (kind) {
    case 'session_started':
      if (fields.has('continues')) fields.text('continues', 'sessionId');
      return { kind: 'other' };
    case 'call_started':
      fields.text('platform', 'freeText');
      fields.textOrNull('caller', 'name'); // a word, never a number
      return { kind: 'call_started', tokensIssued: fields.count('tokens_issued') };
    case 'redaction':
      return readRedaction(fields);
    case 'turn_forwarded':
      fields.text('upstream', 'freeText');
      fields.text('model', 'freeText');
      fields.text('request_sha256', 'hash');
      if (fields.has('tokens_inherited')) fields.count('tokens_inherited', 1);
      if (fields.has('calendar_dates_kept')) fields.count('calendar_dates_kept', 1);
      if (fields.has('tokenization')) fields.text('tokenization', 'freeText');
      return { kind: 'turn_forwarded', tokensIssued: fields.has('tokens_issued') ? fields.count('tokens_issued') : 0 };
    case 'turn_completed': {
      fields.oneOf('status', OUTCOMES);
      fields.countOrNull('http_status');
      fields.textOrNull('response_sha256', 'hash');
      const stages = fields.nested('stage_durations_ms');
      for (const stage of ['detection', 'tokenize', 'upstream', 'rehydrate']) stages.number(stage, 0, Infinity);
      if (!fields.has('tokens_returned')) return { kind: 'turn_completed', exact: 0, repaired: 0 };
      const returned = fields.nested('tokens_returned');
      return { kind: 'turn_completed', exact: returned.count('exact'), repaired: returned.integer('repaired') };
    }
    case 'rehydration_failed':
      fields.text('entity_kind', 'freeText'); // as the model wrote it: it may be no kind at all
      return {
        kind: 'rehydration_failed',
        reason: fields.oneOf('reason', ['unknown', 'malformed', 'ambiguous', 'outside_turn', 'withheld']) ?? '',
        count: fields.count('count', 1),
      };
    case 'leak_suspected':
      return {
        kind: 'leak_suspected',
        turn,
        entity_kind: fields.text('entity_kind', 'kind'),
        count: fields.count('count', 1),
      };
    case 'session_sealed':
      fields.oneOf('reason', ['response_ended', 'idle', 'ended']);
      return { kind: 'session_sealed', status: fields.oneOf('status', OUTCOMES) };
    default:
      return { kind: 'other' };
  }
}

function readRedaction(fields: Fields): EntryFact {
  fields.span('span');
  fields.text('path', 'pointer');
  fields.number('confidence', 0, 1);
  fields.textOrNull('kid', 'freeText');
  fields.textOrNull('speaker', 'freeText');
  if (fields.has('found_as')) fields.text('found_as', 'kind');
  return {
    kind: 'redaction',
    scheme: fields.textOrNull('token_kind', 'tokenKind'),
    entity_kind: fields.text('entity_kind', 'kind'),
    pass: fields.text('pass', 'name'),
    replaced: fields.oneOf('action', ['tokenize', 'redact', 'passthrough']) !== 'passthrough',
  };
}
