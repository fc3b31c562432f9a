/** A call at the level of masking: one session that reuses what it can of its last request, beside one that reuses nothing. */
import { readFileSync } from 'node:fs';
import { emptyChain } from '../../../src/audit/session-chain.ts';
import { MaskingMemory } from '../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../src/masking/turn/masking-terms.ts';
import type { MaskingTerms } from '../../../src/masking/turn/masking-terms.ts';
import type { TextSearcher } from '../../../src/masking/turn/long-texts/search-pool.ts';
import { runSearch } from '../../../src/masking/turn/long-texts/text-search.ts';
import { Failure } from '../../../src/platform/failure.ts';
import { runAtOnce } from '../../../src/platform/stretch.ts';
import { CHAT_COMPLETIONS } from '../../../src/proxy/openai/chat-completions.ts';
import { parseBody, readCall } from '../../../src/proxy/openai/call.ts';
import type { Endpoint } from '../../../src/proxy/openai/endpoint.ts';
import { maskable } from '../../../src/proxy/turn/maskable.ts';
import { LiveSession } from '../../../src/sessions/live-session.ts';
import { keepingHead, maskTurn } from '../../../src/sessions/turn-masked.ts';
import { createIssuer, TokenKeys } from '../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { policyOf } from '../policy/policies.ts';
import { keyedRow } from './rows.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const AUDIT_KEY = Buffer.alloc(32, 7);
const SEARCHER: TextSearcher = {
  search: (search, rules) => Promise.resolve(runSearch({ search, rules: JSON.stringify(rules) })),
};

const POLICY_TEXT = readFileSync('configs/mask_policy.yaml', 'utf8');
/** The policy that ships with Masker. */
export const DEFAULT_POLICY = policyOf(POLICY_TEXT);
/** The same with the words of callers and tools alone searched. */
export const HEARD_POLICY = policyOf(
  POLICY_TEXT.replace('passes: [regex, ner]', 'passes: [regex, ner, diarize]\nspeakers: [user, tool]'),
);

/** What a turn comes to. */
export interface Outcome {
  readonly isReused: boolean;
  /** Whether the request was masked and may leave. */
  readonly isMasked: boolean;
  readonly seen: object;
}

/** What becomes of a turn once its request is masked. */
export type Fate = 'recorded' | 'lost';

export interface CallOptions {
  readonly endpoint: Endpoint;
  /** In UTF-16 units. */
  readonly maxTextLength: number;
  readonly policy: Policy;
}

/** A session that reuses what it can, or nothing. */
export class ReusingCall {
  readonly #session = new LiveSession(
    { row: keyedRow, head: emptyChain(), vault: null, stored: true },
    new MaskingMemory(),
  );
  readonly #reuses: boolean;
  readonly #endpoint: Endpoint;
  readonly #maxTextLength: number;
  #policy: Policy;
  #terms: MaskingTerms;

  constructor(
    reuses: boolean,
    { endpoint = CHAT_COMPLETIONS, maxTextLength = 1_000_000, policy = DEFAULT_POLICY }: Partial<CallOptions> = {},
  ) {
    this.#reuses = reuses;
    this.#endpoint = endpoint;
    this.#maxTextLength = maxTextLength;
    this.#policy = policy;
    this.#terms = maskingTerms(policy);
  }

  get bytes(): number {
    return this.#session.bytes;
  }

  get session(): LiveSession {
    return this.#session;
  }

  /** Has the next turns masked under another policy, as a new version of the agent's does. */
  comeUnder(policy: Policy, digest: string): void {
    this.#policy = policy;
    this.#terms = maskingTerms(policy);
    this.#session.comeUnder(digest, 'vault-deterministic');
  }

  /** Learns values as from another node, after a write that lost its race. */
  catchUp(values: readonly string[]): void {
    const found = new MaskingMemory();
    for (const value of values) found.known.set(value, 'NAME');
    runAtOnce(this.#session.catchingUp(this.#session.state, found));
  }

  async turn(text: string | Uint8Array, fate: Fate = 'recorded', endpoint = this.#endpoint): Promise<Outcome> {
    try {
      return await this.#turn(typeof text === 'string' ? Buffer.from(text, 'utf8') : text, fate, endpoint);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { isReused: false, isMasked: false, seen: { code: error.code, message: error.message } };
    }
  }

  async #turn(raw: Uint8Array, fate: Fate, endpoint: Endpoint): Promise<Outcome> {
    const session = this.#session;
    const call = readCall(await parseBody(raw), { provider: 'stub', model: null });
    const { binaryContent } = this.#policy;
    const { reusable, ...request } = maskable(endpoint, call, { binaryContent, received: () => raw });
    const { id, accountId } = keyedRow;
    const masked = await maskTurn(
      session,
      {
        provider: 'stub',
        model: call.model,
        streamed: call.streamed,
        credential: 'none',
        kept: null,
        receivedAt: 0,
        ...request,
        ...(this.#reuses ? { reusable } : {}),
      },
      {
        terms: this.#terms,
        issuer: createIssuer(KEYS, 'vault-deterministic', 'K_HEALTHCARE', accountId, id),
        longTexts: { searcher: SEARCHER, maxTextLength: this.#maxTextLength },
        llm: null,
        goesOn: true,
      },
    );
    const { masking, prepared, head } = masked;
    if (!prepared.ok) return { isReused: head !== null, isMasked: false, seen: prepared.problem };
    const allowed = { terms: this.#terms.rules.allow, texts: masking.passedThrough };
    const egress = runAtOnce(session.egress(masking.newValues, allowed));
    const leaks = runAtOnce(session.leaks(egress, prepared.body, head));
    const recorded = session.recordedDigests(AUDIT_KEY).draft();
    const seen = {
      body: Buffer.from(prepared.body).toString('utf8'),
      binaryParts: prepared.binaryParts,
      leaks,
      redactions: masking.redactions(recorded),
      tokens: [...masking.tokensInTurn],
      newTokens: masking.newTokens,
      keptDates: runAtOnce(masking.countingKeptDates()),
    };
    if (leaks.length === 0 && fate === 'recorded') {
      masking.commit();
      runAtOnce(keepingHead(session, masked));
      runAtOnce(recorded.keeping());
    }
    return { isReused: head !== null, isMasked: leaks.length === 0, seen };
  }
}
