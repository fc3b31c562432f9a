/**
 * Journal entries: what is recorded of a call. See docs/audit-format.md, Entries.
 * No entry ever holds a value, the value part of a token, a payload or a caller's number.
 */
import type { DegradedReason } from '../detection/llm-detector/llm-detector.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { Pass } from '../detection/span.ts';
import type { TokenScheme } from '../tokens/grammar.ts';
import type { AgentId, EventId, SessionId } from '../platform/ids.ts';

export type RedactionAction = 'tokenize' | 'redact' | 'passthrough';
export type SessionOutcome = 'ok' | 'partial' | 'error';

export interface StageDurations {
  /** Milliseconds, with microsecond precision. */
  readonly detection: number;
  readonly tokenize: number;
  readonly upstream: number;
  readonly rehydrate: number;
}

/** What an entry says beyond the fields that all entries share. */
export type EntryFact =
  | { readonly kind: 'session_started'; readonly continues?: SessionId }
  | {
      /** The platform announced the call. */
      readonly kind: 'call_started';
      readonly platform: string;
      /** Whether the platform told the caller's number and the policy masks such numbers: then it is masked wherever it is said. */
      readonly caller: 'masked' | null;
      /** Tokens made for it: 1 where the number is kept in the vault, else 0. */
      readonly tokens_issued: number;
      /**
       * JSON Pointers into the assistant that was handed out, to what would have run past the proxy on another model: taken
       * out, left in, or refused for. Left out where there are none.
       */
      readonly bypass_removed?: readonly string[];
      readonly bypass_kept?: readonly string[];
      readonly bypass_refused?: readonly string[];
    }
  | {
      readonly kind: 'redaction';
      readonly pass: Pass;
      readonly entity_kind: EntityKind;
      /** [start, end) in UTF-16 code units of the string at `path`. */
      readonly span: readonly [number, number];
      /** JSON Pointer (RFC 6901) into the request. */
      readonly path: string;
      readonly confidence: number;
      readonly action: RedactionAction;
      readonly token_kind: TokenScheme | null;
      readonly kid: string | null;
      readonly speaker: string | null;
      /** The kind that was found, where the policy switched off the pass for it: then `entity_kind` is OTHER_ID. */
      readonly found_as?: EntityKind;
    }
  | {
      readonly kind: 'turn_forwarded';
      readonly upstream: string;
      readonly model: string;
      /** SHA-256 of the exact bytes sent: an egress receipt to hold against the provider's own log. */
      readonly request_sha256: string;
      /** Tokens that the session did not have before. */
      readonly tokens_issued: number;
      /** Of these, the ones that the session which this one continues had; left out where there are none. */
      readonly tokens_inherited?: number;
      /** Dates in the request that are nobody's and stayed (`calendar_dates: keep`); left out where there are none. */
      readonly calendar_dates_kept?: number;
      /** The scheme of the stored tokens where it is not `vault-deterministic`; left out where it is. */
      readonly tokenization?: 'vault-random' | 'synthetic';
    }
  | {
      readonly kind: 'turn_completed';
      readonly status: SessionOutcome;
      readonly http_status: number | null;
      /** SHA-256 of the bytes that came back; null when none did. */
      readonly response_sha256: string | null;
      readonly stage_durations_ms: StageDurations;
      /** Tokens that came back for the first time; a repaired one that now came back exactly is taken from `repaired`. */
      readonly tokens_returned: { readonly exact: number; readonly repaired: number };
    }
  | {
      /** A pass did not read all that was new in the turn; the other passes did. */
      readonly kind: 'detector_degraded';
      readonly pass: 'gemma';
      readonly reason: DegradedReason;
    }
  | {
      readonly kind: 'uninspectable_allowed';
      /** Image, audio and file parts that the policy let pass without a look inside. */
      readonly count: number;
    }
  | {
      readonly kind: 'rehydration_failed';
      readonly entity_kind: string;
      /**
       * `outside_turn`: issued in this session, but not in the request of this turn; `withheld`: kept back by the policy's
       * `restore`.
       */
      readonly reason: 'unknown' | 'malformed' | 'ambiguous' | 'outside_turn' | 'withheld';
      readonly count: number;
    }
  | {
      /** A value that this call had given away stood in the bytes about to leave: the request was refused. */
      readonly kind: 'leak_suspected';
      readonly entity_kind: EntityKind;
      /** How many known values of the kind. */
      readonly count: number;
    }
  | {
      readonly kind: 'session_sealed';
      readonly status: SessionOutcome;
      readonly reason: 'response_ended' | 'idle' | 'ended';
    };

export type EntryKind = EntryFact['kind'];

/** The fields that every entry of one turn shares. */
export interface EntryContext {
  readonly session_id: SessionId;
  readonly agent_id: AgentId;
  /** 1 for the first turn; 0 for what belongs to the session as a whole. */
  readonly turn: number;
  readonly policy_name: string;
  readonly policy_version: number;
}

/** An entry before it is chained. */
export type Entry = EntryContext &
  EntryFact & {
    readonly v: 1;
    readonly seq: number;
    /** ISO 8601 UTC with milliseconds. */
    readonly ts: string;
    readonly event_id: EventId;
  };
