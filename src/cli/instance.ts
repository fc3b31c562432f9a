/**
 * Puts an instance together: the one place that knows every part. `startInstance` is what `masker serve` and the tests
 * run, the same code on the same database dialect.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { countOpenAgents } from '../agents/open-agents.ts';
import { startSequencing } from '../audit-log/sequencing-loop.ts';
import type { SequencingLoop } from '../audit-log/sequencing-loop.ts';
import type { SequencingRun } from '../audit-log/sequencer.ts';
import type { RetentionRun } from '../custody/retention.ts';
import { warmUpDetection } from '../detection/warm-up.ts';
import type { Health, HealthSources } from '../http/health.ts';
import type { Limits } from '../http/limits.ts';
import { createHttpServer } from '../http/server.ts';
import type { HttpServer, WorkerDoors } from '../http/server.ts';
import type { Metric } from '../metrics/joined-metrics.ts';
import type { Config } from '../platform/config.ts';
import { databaseFault, withPatientClient } from '../platform/database.ts';
import type { ServerKeys } from '../platform/key-files.ts';
import type { Logger } from '../platform/log.ts';
import type { Secret } from '../platform/secret.ts';
import type { HandOn } from '../proxy/proxy.ts';
import { publicKeys } from '../reports/bundle.ts';
import type { Idempotency } from '../rest/idempotency.ts';
import type { TurnObserver } from '../sessions/turn-observer.ts';
import { forgetForeignPlaces } from '../subscriptions/redaction-tail.ts';
import { startBackgroundJobs } from './wiring/background-jobs.ts';
import type { BackgroundJobs } from './wiring/background-jobs.ts';
import { demoAgent } from './wiring/demo-agent.ts';
import type { EventFeed } from './wiring/event-feed.ts';
import { hostedLimits } from './wiring/hosted-limits.ts';
import { createKeyWatch } from './wiring/key-watch.ts';
import type { KeyWatch } from './wiring/key-watch.ts';
import { cannotListen, listeningUrl } from './wiring/listening.ts';
import type { Measured } from './wiring/metrics.ts';
import { warnOfRefusedPolicies } from './wiring/refused-policies.ts';
import { VERSION } from './version.ts';
import { wireAccounts } from './wiring/account-wiring.ts';
import type { AccountWiring } from './wiring/account-wiring.ts';
import { wireAgents } from './wiring/agent-wiring.ts';
import type { AgentWiring } from './wiring/agent-wiring.ts';
import { wireApiDoors } from './wiring/api-doors.ts';
import { wireCallDoors } from './wiring/call-doors.ts';
import type { CallDoors } from './wiring/call-doors.ts';
import { wireEvidence } from './wiring/evidence-wiring.ts';
import type { EvidenceWiring } from './wiring/evidence-wiring.ts';
import { openGround } from './wiring/ground.ts';
import type { Ground } from './wiring/ground.ts';
import { wireSessions } from './wiring/session-wiring.ts';
import type { SessionWiring } from './wiring/session-wiring.ts';
import { warnOfWithheldAgents } from './wiring/withheld-agents.ts';

export interface Instance {
  /** Where the instance listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where metrics are served; null where they are not. */
  readonly metricsUrl: string | null;
  /** A one-time link that signs the bootstrap admin in. */
  signInLink(): Promise<string>;
  /**
   * Returns the proxy URL of the agent `demo`, which is made on the stub upstream where no agent was ever made. Null where
   * it was deleted, renamed or given another upstream.
   */
  demoAgent(): Promise<string | null>;
  /** Seals sessions that have gone quiet, now instead of at the next sweep. */
  sealIdle(): Promise<number | null>;
  /** Erases payloads whose time is over now; resolves with how many, null where another node is at it. */
  erasePayloads(): Promise<number | null>;
  /** Erases all that is kept for long enough now; null where another node is at it. */
  applyRetention(): Promise<RetentionRun | null>;
  /** Anchors the heads of open journals now; resolves with how many, null where another node is at it. */
  anchorHeads(): Promise<number | null>;
  /** Looks for sessions now that heads name and the database lacks; resolves with how many, null where another node is at it. */
  findMissing(of: 'the last hour' | 'all times'): Promise<number | null>;
  /** Puts what waits into the logs of all accounts, now instead of at the next look. */
  sequenceLogs(): Promise<SequencingRun>;
  /** Puts what waits into the event feeds of all accounts, now instead of at the next look. */
  sequenceEvents(): ReturnType<EventFeed['sequence']>;
  /** Looks now whether old keys are in use for too long. */
  checkKeys(): Promise<void>;
  /** Reads the policy file again, on this node alone; resolves with whether another policy is in force now. Logs problems. */
  reloadPolicy(): Promise<boolean>;
  /** What this process measures now; empty where nothing is counted. */
  metrics(): Promise<readonly Metric[]>;
  /** What this process says of itself. */
  health(): Promise<Health>;
  /** Drains, waits for what is under way within a bound, and releases all resources. */
  close(): Promise<void>;
}

/** What joins an instance to the other worker processes of its machine. */
export interface WorkerPlace {
  /** Of the Unix socket on which it takes requests that others hand on. */
  readonly socketPath: string;
  readonly handOn: HandOn;
  readonly doors: WorkerDoors;
}

/** Starts an instance on a migrated database. `traces` hears of turns; `place` is null for a process alone. Throws StartError for what the operator must mend. */
export async function startInstance(
  config: Config,
  keys: ServerKeys,
  bootstrapToken: Secret<string> | null,
  databaseUrl: string,
  log: Logger,
  traces: TurnObserver | null = null,
  place: WorkerPlace | null = null,
): Promise<Instance> {
  const ground = await openGround(config, keys, databaseUrl, log);
  const accounts = wireAccounts(ground, bootstrapToken);
  const agents = wireAgents(ground);
  const sessions = wireSessions(ground, traces, place !== null);
  agents.purged.tell(sessions.sessions);
  const evidence = wireEvidence(ground, sessions.digests);
  const limits = config.rateLimits === 'off' ? null : limitsOf(ground, agents);
  const calls = wireCallDoors(ground, agents, sessions, evidence.targets, place?.handOn ?? null);
  const api = wireApiDoors(ground, { accounts, agents, sessions, evidence, limits });
  const { pool, ring, clock } = ground;
  const keyWatch = createKeyWatch({ pool, ring, graceDays: config.keyGraceDays, clock, log });
  const parts: Parts = { ground, accounts, agents, sessions, evidence, calls, keyWatch };
  const http = createHttpServer({
    doors: { ...api.doors, ...calls.doors },
    limitCalls: limits === null ? null : (request, response, requestId) => limits.calls(request, response, requestId),
    corsOrigins: new Set(config.corsOrigins),
    health: healthOf(parts),
    publicKeys: { keys: publicKeys(ground.signer) },
    log,
    workers: place?.doors ?? null,
  });
  await makeReady(parts);
  const metricsUrl = await sessions.metrics.listen(measuredOf(parts));
  if (place !== null) await listenToWorkers(http, place);
  await listen(http.server, config);
  const background = startBackground(parts, api.idempotency);
  return {
    url: listeningUrl(http.server.address() as AddressInfo),
    metricsUrl,
    ...actsOf(parts, background),
    metrics: () => sessions.metrics.samples(),
    health: http.health,
    close: () => close(parts, http, background),
  };
}

/** An instance put together, before it listens. */
interface Parts {
  readonly ground: Ground;
  readonly accounts: AccountWiring;
  readonly agents: AgentWiring;
  readonly sessions: SessionWiring;
  readonly evidence: EvidenceWiring;
  readonly calls: CallDoors;
  readonly keyWatch: KeyWatch;
}

function limitsOf({ config, pool, log }: Ground, { findAgent }: AgentWiring): Limits {
  return hostedLimits(config, pool, async (id) => (await findAgent(id))?.accountId ?? null, log);
}

/** What is measured beside turns. */
function measuredOf({ ground: { pool }, agents: { upstreams }, sessions, evidence }: Parts): Measured {
  const { journal, searcher } = sessions;
  const { pdfs, timestamper } = evidence;
  return { pool, journal, pdfs, searcher, upstreams, timestamper };
}

/** What /health and /readyz say. */
function healthOf({ ground: { pool, log }, agents, sessions, evidence, keyWatch }: Parts): HealthSources {
  return {
    version: VERSION,
    ping: async () => isSound(await databaseFault(pool), log, 'the database cannot be used'),
    journal: async () => isSound(await sessions.journal.fault(pool), log, 'the journal cannot be written'),
    uptimeSeconds: () => process.uptime(),
    upstream: () => agents.upstreams.health(),
    upstreams: () => agents.upstreams.each(),
    openAgents: () => countOpenAgents(pool).catch(() => null),
    llmDetector: () => sessions.llm?.health() ?? null,
    oldKeys: () => keyWatch.overdue(),
    checkpointSinks: () => evidence.publisher.state(),
    timestamps: () => evidence.timestamper.state(),
  };
}

/** Logs a fault with its SQLSTATE. Returns true where there is none. */
function isSound(err: Error | null, log: Logger, message: string): boolean {
  if (err !== null) log.warn({ err }, message);
  return err === null;
}

/** What must be done before the first request. */
async function makeReady({ ground: { databaseUrl, policies, log }, accounts, agents }: Parts): Promise<void> {
  await accounts.bootstrap.ensureAdmin();
  await withPatientClient(databaseUrl, async (client) => {
    await forgetForeignPlaces(client);
    await agents.openAgents.atStart(client);
    await warnOfWithheldAgents(client, agents.operatorKeys, log);
    await warnOfRefusedPolicies(client, policies, log);
  });
  warmUpDetection();
}

/** Resolves when other workers can hand requests on. Each worker listens by itself here, on a socket of its own. */
async function listenToWorkers({ handed }: HttpServer, { socketPath }: WorkerPlace): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    handed?.once('error', reject).listen({ path: socketPath, exclusive: true }, resolve);
  });
}

/** Resolves when the server listens. Throws StartError where the address cannot be listened on. */
async function listen(server: Server, { listen: { host, port } }: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(cannotListen('MASKER_LISTEN_ADDR', { host, port }, error));
    });
    server.listen(port, host, resolve);
  });
}

/** What goes on beside the requests. */
interface Background {
  readonly jobs: BackgroundJobs;
  readonly sequencing: SequencingLoop;
  readonly stopEvents: () => Promise<void>;
}

function startBackground(parts: Parts, idempotency: Idempotency): Background {
  const { ground, accounts, sessions, evidence, keyWatch } = parts;
  const { config, pool, signer, clock, log } = ground;
  const jobs = startBackgroundJobs({
    config,
    pool,
    keyWatch,
    sessions: sessions.sessions,
    browserSessions: accounts.browserSessions,
    idempotency,
    signer,
    clock,
    log,
  });
  const sequencing = startSequencing(evidence.sequencer, (err) => {
    log.warn({ err }, 'the logs of accounts could not be continued; trying again');
  });
  const stopEvents = evidence.events.start();
  evidence.publisher.start();
  evidence.timestamper.start();
  return { jobs, sequencing, stopEvents };
}

function actsOf(
  parts: Parts,
  { jobs }: Background,
): Omit<Instance, 'url' | 'metricsUrl' | 'metrics' | 'health' | 'close'> {
  const { ground, accounts, agents, evidence } = parts;
  const { bootstrap } = accounts;
  const { config, prisma, publicOrigin } = ground;
  return {
    signInLink: async () => (await bootstrap.issueSignInLink(new URL(config.publicUrl))).href,
    demoAgent: () => demoAgent({ bootstrap, prisma, agents: agents.agents, publicOrigin }),
    sealIdle: jobs.sealIdle,
    erasePayloads: jobs.erasePayloads,
    applyRetention: jobs.applyRetention,
    anchorHeads: jobs.anchorHeads,
    findMissing: jobs.findMissing,
    checkKeys: jobs.checkKeys,
    sequenceLogs: () => evidence.sequencer.run(),
    sequenceEvents: () => evidence.events.sequence(),
    reloadPolicy: agents.reloadHere,
  };
}

/** Ends what takes requests first, then what writes, and the database last. */
async function close(parts: Parts, http: HttpServer, { jobs, sequencing, stopEvents }: Background): Promise<void> {
  const { ground, agents, sessions, evidence, calls } = parts;
  const { live, llm, searcher, explanations, synthesis } = sessions;
  const jobsStopped = jobs.stop();
  await http.stop(ground.config.drain, async () => {
    live.subscriptions.close();
    await calls.retell.close();
  });
  await live.close();
  await sessions.sessions.settled();
  await sequencing.stop();
  await stopEvents();
  await evidence.publisher.stop();
  await evidence.timestamper.stop();
  await sessions.metrics.close();
  const others = [agents.upstreams, calls.callback, searcher, explanations, synthesis, evidence.pdfs];
  await Promise.all([...others, ...(llm === null ? [] : [llm])].map((other) => other.close()));
  await agents.close();
  await jobsStopped;
  await ground.close();
}
