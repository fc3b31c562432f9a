/** Sessions and what a turn goes through: detection, tokens, the journal, and those who hear of what was written. */
import { Journal } from '../../audit/journal.ts';
import { createFeed } from '../../events/feed.ts';
import { Explanations } from '../../masking/turn/long-texts/explanations.ts';
import { SearchPool } from '../../masking/turn/long-texts/search-pool.ts';
import { createOneShotMasking } from '../../masking/turn/one-shot-masking.ts';
import { OneShotSynthesis } from '../../masking/turn/one-shot-synthesis.ts';
import { CallDigests } from '../../sessions/call-digests.ts';
import { createPayloadReader } from '../../sessions/payloads.ts';
import type { PayloadReader } from '../../sessions/payloads.ts';
import { Sessions } from '../../sessions/sessions.ts';
import type { TurnObserver } from '../../sessions/turn-observer.ts';
import { TokenKeys } from '../../tokens/issuer.ts';
import { createLlmDetector } from './llm-detector.ts';
import type { ConnectedLlmDetector } from './llm-detector.ts';
import { createLiveEvents } from './live-events.ts';
import type { LiveEvents } from './live-events.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import type { Ground } from './ground.ts';

export interface SessionWiring {
  readonly sessions: Sessions;
  readonly journal: Journal;
  readonly live: LiveEvents;
  readonly metrics: Metrics;
  /** The LLM detector; null where none is configured. */
  readonly llm: ConnectedLlmDetector | null;
  readonly searcher: SearchPool;
  readonly explanations: Explanations;
  readonly synthesis: OneShotSynthesis;
  readonly payloads: PayloadReader;
  readonly digests: CallDigests;
}

/** `traces` hears of turns beside the metrics. The metrics of a worker are served by its supervisor. */
export function wireSessions(ground: Ground, traces: TurnObserver | null, isWorker: boolean): SessionWiring {
  const { config, log, clock, databaseUrl, pool, prisma, ring, signer, auditKey } = ground;
  const llm = createLlmDetector(config, log);
  const searcher = new SearchPool();
  const live = createLiveEvents({ url: databaseUrl, pool, prisma, feed: createFeed(pool), clock, log });
  const journal = new Journal(
    pool,
    (err) => {
      log.error({ err }, 'the journal could not be written; nothing was sent');
    },
    live.onWritten,
  );
  const metrics = createMetrics(config, log, traces, isWorker);
  const keys = new TokenKeys(ring);
  const longTexts = { searcher, maxTextLength: config.maxTextLength };
  const sessions = new Sessions({
    pool,
    journal,
    keys,
    auditKey,
    signer,
    clock,
    llm: llm?.detector ?? null,
    longTexts,
    memoryBytes: config.sessionMemoryBytes,
    observer: metrics.observer,
    onLostEnding: (session_id, err) => {
      log.error({ session_id, err }, 'the end of a turn could not be recorded');
    },
  });
  return {
    sessions,
    journal,
    live,
    metrics,
    llm,
    searcher,
    explanations: new Explanations(),
    synthesis: new OneShotSynthesis(createOneShotMasking(keys, longTexts)),
    payloads: createPayloadReader({ pool, prisma, ring, clock, retentionDays: config.payloadRetentionDays }),
    digests: new CallDigests(auditKey),
  };
}
