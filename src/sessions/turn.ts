/** What sessions and the proxy tell each other about a turn. */
import type { SessionOutcome } from '../audit/entry.ts';
import type { AgentId, AccountId, SessionId, TurnId } from '../platform/ids.ts';
import type { Policy } from '../policy/policy.ts';
import type { SpokenTurn } from '../completeness/spoken.ts';
import type { MaskableRequest } from '../masking/turn/maskable-request.ts';
import type { TokenIndex } from '../masking/rehydration/issued-tokens.ts';
import type { KeptThread } from './correlation.ts';
import type { Credential } from './credential.ts';
import type { RehydrationOutcome } from '../masking/rehydration/rehydration-counts.ts';
import type { Tokenization } from '../tokens/issuer.ts';

/** The agent as a turn needs it. */
export interface TurnAgent {
  readonly id: AgentId;
  readonly accountId: AccountId;
  readonly tokenization: Tokenization;
  readonly policy: Policy;
  readonly policyText: string;
  readonly policyVersion: number;
}

/** A call that a platform announces before its first turn. */
export interface AnnouncedCall {
  /** `vapi`, `retell`, ... */
  readonly platform: string;
  /** As the platform tells it; null where it does not. Never recorded. */
  readonly callerNumber: string | null;
  /** The model that the call is going to be answered by. */
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** What the platform would have run past the proxy: paths only. Absent where nothing was handed out. */
  readonly bypass?: {
    readonly removed: readonly string[];
    readonly kept: readonly string[];
    readonly refused: readonly string[];
  };
}

/** A request that is to become a turn. */
export interface TurnRequest<Problem> extends MaskableRequest<Problem> {
  readonly provider: string;
  readonly model: string;
  readonly streamed: boolean;
  /** What its caller proved itself with. */
  readonly credential: Credential;
  /** Null where the provider keeps nothing of the turn. */
  readonly kept: KeptThread | null;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The bytes of the request as they came, for a policy that keeps payloads. */
  readonly received?: () => Uint8Array;
}

/** A turn whose record is on disk: it may leave. */
export interface ForwardedTurn {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  /** The exact bytes whose SHA-256 the journal holds. */
  readonly body: Uint8Array;
  /** The tokens of this session, of which those resolve that this turn's answer may restore. */
  readonly tokens: TokenIndex;
  readonly detectionUs: number;
  readonly tokenizeUs: number;
  /** The signed head of the journal with this turn in it, for the caller to keep. See audit/journal-head.ts. */
  receipt(): string;
  /** Records how the turn ended. Call it exactly once, after the last byte; it never rejects. */
  complete(ending: TurnEnding): Promise<void>;
}

/** How a turn ended. */
export interface TurnEnding {
  readonly status: SessionOutcome;
  /** Null when no response head came. */
  readonly httpStatus: number | null;
  readonly responseSha256: string | null;
  readonly upstreamUs: number;
  readonly rehydrateUs: number;
  /** Time that Masker itself added to the turn, in microseconds. */
  readonly addedUs: number;
  /** The provider's id of the answer, where a later request may go on from it by `previous_response_id`; else null. */
  readonly responseId: string | null;
  /** The response as the model wrote it, where the policy keeps payloads and it is not too large to be kept. */
  readonly answer?: Uint8Array | null;
  /** The response as the caller got it, where the policy keeps payloads and it is not too large to be kept. */
  readonly response?: Uint8Array | null;
  /** What came of the tokens in the answer. */
  readonly rehydration: RehydrationOutcome;
  /** What was said in the turn. Asked for only in a call of several requests. */
  readonly said?: () => SpokenTurn;
}
