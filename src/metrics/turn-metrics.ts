/** Counts turns for Prometheus. See docs/operations.md, Metrics. Labels hold IDs, kinds and states; never a value, a name or a path. */
import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { SessionOutcome } from '../audit/entry.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { Pass } from '../detection/span.ts';
import type { AgentId } from '../platform/ids.ts';
import type { TurnObserver } from '../sessions/turn-observer.ts';

/** `refused`: nothing was sent. The others are those of the journal. */
type RequestStatus = SessionOutcome | 'refused';

/** Stages of a turn, as the journal names them. */
export const STAGES = ['detection', 'tokenize', 'upstream', 'rehydrate'] as const;
type Stage = (typeof STAGES)[number];

/** Agents with a label of their own. Each has up to four series; further agents share the label `other`. */
export const LABELLED_AGENTS = 1000;

/** Upper bounds in seconds: a stage of Masker's takes some milliseconds, a streamed response up to minutes. */
const STAGE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const OVERHEAD_BUCKETS = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

interface StatusLabels {
  readonly agent: string;
  readonly status: RequestStatus;
}

/** The labels of an agent's series, made once: to count a turn then makes no object. */
type AgentLabels = Readonly<Record<RequestStatus, StatusLabels>>;

function labelsOf(agent: string): AgentLabels {
  return {
    ok: { agent, status: 'ok' },
    partial: { agent, status: 'partial' },
    error: { agent, status: 'error' },
    refused: { agent, status: 'refused' },
  };
}

/**
 * Registers the counter of redactions and returns what counts one. A document may hold thousands, so that they are counted
 * in plain numbers, which a scrape copies.
 */
function countRedactions(registry: Registry): (kind: EntityKind, pass: Pass) => void {
  const byPass = new Map<Pass, Map<EntityKind, number>>();
  new Counter({
    name: 'masker_redactions_total',
    help: 'Values that were replaced in texts on their way to an upstream, once for each new text.',
    labelNames: ['kind', 'pass'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [pass, byKind] of byPass) for (const [kind, count] of byKind) this.inc({ kind, pass }, count);
    },
  });
  return (kind, pass) => {
    const byKind = byPass.get(pass) ?? new Map<EntityKind, number>();
    if (byKind.size === 0) byPass.set(pass, byKind);
    byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
  };
}

/** Registers the durations of stages. Returns the series of each stage. */
function stageDurations(registry: Registry): Readonly<Record<Stage, Histogram.Internal<'stage'>>> {
  const durations = new Histogram({
    name: 'masker_request_duration_seconds',
    help: 'Time that ended turns spent in each stage.',
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS,
    registers: [registry],
  });
  const stage = (name: Stage): Histogram.Internal<'stage'> => durations.labels(name);
  const stages = {
    detection: stage('detection'),
    tokenize: stage('tokenize'),
    upstream: stage('upstream'),
    rehydrate: stage('rehydrate'),
  };
  // The series exist from the start, so that a rate is known from the first turn on.
  for (const name of STAGES) durations.zero({ stage: name });
  return stages;
}

/** Returns a function that gives the labels of an agent. Agents beyond `most` share the label `other`. */
function agentLabels(most: number): (id: AgentId) => AgentLabels {
  const other = labelsOf('other');
  const agents = new Map<AgentId, AgentLabels>();
  return (id) => {
    const known = agents.get(id);
    if (known !== undefined) return known;
    if (agents.size >= most) return other;
    const made = labelsOf(id);
    agents.set(id, made);
    return made;
  };
}

const toSeconds = (us: number): number => us / 1_000_000;

/** Registers the metrics of turns and returns who counts them. `labelledAgents` is for tests. */
export function createTurnMetrics(registry: Registry, labelledAgents = LABELLED_AGENTS): TurnObserver {
  const registers = [registry];
  const requests = new Counter({
    name: 'masker_requests_total',
    help: 'Turns of each agent by how they ended. refused: nothing was sent.',
    labelNames: ['agent', 'status'],
    registers,
  });
  const overhead = new Histogram({
    name: 'masker_overhead_seconds',
    help: 'Time that Masker added to a turn that ended.',
    buckets: OVERHEAD_BUCKETS,
    registers,
  });
  const redactions = countRedactions(registry);
  const stages = stageDurations(registry);
  const ofAgent = agentLabels(labelledAgents);
  return {
    onTurnForwarded: (facts) => {
      for (const { entity_kind: kind, pass } of facts) redactions(kind, pass);
    },
    onTurnEnded: ({ agentId, status, detectionUs, tokenizeUs, upstreamUs, rehydrateUs, addedUs }) => {
      requests.inc(ofAgent(agentId)[status]);
      stages.detection.observe(toSeconds(detectionUs));
      stages.tokenize.observe(toSeconds(tokenizeUs));
      stages.upstream.observe(toSeconds(upstreamUs));
      stages.rehydrate.observe(toSeconds(rehydrateUs));
      overhead.observe(toSeconds(addedUs));
    },
    onTurnRefused: (agentId) => {
      requests.inc(ofAgent(agentId).refused);
    },
  };
}
