/**
 * Puts an instance together: the one place that knows every part. `startInstance` is what `masker serve` and the tests
 * run, the same code on the same database dialect.
 */
import type { AddressInfo } from 'node:net';
import { createBootstrap } from '../accounts/bootstrap.ts';
import { createBrowserSessions } from '../accounts/browser-sessions.ts';
import { needsSecureCookies } from '../accounts/cookie.ts';
import { accessTokenHash, createAccessTokens } from '../accounts/access-tokens.ts';
import { createCredentials } from '../accounts/credentials.ts';
import { createInvitations } from '../accounts/invitations.ts';
import { createMembers } from '../accounts/members.ts';
import { createOperatorKeys } from '../accounts/operator-keys.ts';
import { createRetention } from '../accounts/retention-settings.ts';
import { AgentCache } from '../agents/agent-cache.ts';
import { POLICY_CHANNEL } from '../agents/agent-changes.ts';
import { agentReader } from '../agents/agent-runtime.ts';
import { AgentSecrets } from '../agents/agent-secrets.ts';
import { createAgentService } from '../agents/agents.ts';
import { createStoredPolicies } from '../agents/stored-policies.ts';
import { countOpenAgents } from '../agents/open-agents.ts';
import { Journal } from '../audit/journal.ts';
import { Signer } from '../audit/seal.ts';
import { createAccountLog } from '../audit-log/account-log.ts';
import { Sequencer, type SequencingRun } from '../audit-log/sequencer.ts';
import { startSequencing } from '../audit-log/sequencing-loop.ts';
import type { RetentionRun } from '../custody/retention.ts';
import { DETECTOR_VERSION } from '../detection/detection.ts';
import { warmUpDetection } from '../detection/warm-up.ts';
import { createFeed } from '../events/feed.ts';
import { createGraphqlServer } from '../graphql/server.ts';
import { createServices } from '../graphql/services.ts';
import { createHttpServer } from '../http/server.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { databaseFault, openDatabase } from '../platform/database.ts';
import { CallbackTargets } from '../platform/forbidden-address.ts';
import type { AgentId } from '../platform/ids.ts';
import type { ServerKeys } from '../platform/key-files.ts';
import type { Logger } from '../platform/log.ts';
import type { Secret } from '../platform/secret.ts';
import { createAssistantCallback } from '../proxy/platforms/vapi/assistant-callback.ts';
import { createBolnaWebhook } from '../proxy/platforms/bolna-webhook.ts';
import { Retell } from '../proxy/platforms/retell/retell.ts';
import { createVapiWebhook } from '../proxy/platforms/vapi/vapi-webhook.ts';
import { Proxy } from '../proxy/proxy.ts';
import { TurnExchange } from '../proxy/turn/turn-exchange.ts';
import { createAuditVerification } from '../reports/audit-verification.ts';
import { createFinder } from '../reports/finding/find.ts';
import { createSubjectSearch } from '../reports/finding/subject-search.ts';
import { Snapshots } from '../reports/snapshot.ts';
import { PdfPool } from '../reports/pdf/pdf-pool.ts';
import { BUNDLE_LIMIT, publicKeys } from '../reports/bundle.ts';
import { createReports } from '../reports/reports.ts';
import { createRestApp } from '../rest/app.ts';
import { authRoutes } from '../rest/auth-routes.ts';
import { createIdempotency } from '../rest/idempotency.ts';
import { createPreconditions } from '../rest/preconditions.ts';
import type { NamedCall } from '../sessions/correlation.ts';
import { CallDigests } from '../sessions/call-digests.ts';
import { openSessions } from '../sessions/open-call.ts';
import { createOneShotMasking } from '../masking/turn/one-shot-masking.ts';
import { createPayloadReader } from '../sessions/payloads.ts';
import { Explanations } from '../masking/turn/long-texts/explanations.ts';
import { SearchPool } from '../masking/turn/long-texts/search-pool.ts';
import { Sessions } from '../sessions/sessions.ts';
import type { TurnObserver } from '../sessions/turn-observer.ts';
import { forgetForeignPlaces } from '../subscriptions/redaction-tail.ts';
import { TokenKeys } from '../tokens/issuer.ts';
import { KeyRing } from '../tokens/key-ring.ts';
import { createComparedCalls } from './compared-calls.ts';
import { createCheckpointPublisher, readWitnessPolicy } from './checkpoints.ts';
import { createEventFeed, type EventFeed } from './event-feed.ts';
import { createInstanceExports } from './exports.ts';
import { createGemmaServer } from './gemma-server.ts';
import { startBackgroundJobs } from './background-jobs.ts';
import { pageDoors } from './page-doors.ts';
import { demoAgent } from './demo-agent.ts';
import { hostedLimits } from './hosted-limits.ts';
import { createKeyWatch } from './key-watch.ts';
import { identify, identifyAgain, restDoor } from './rest-door.ts';
import { createSignIns } from './oidc-sign-in.ts';
import { createOpenAgentLog } from './open-agent-log.ts';
import { createLiveEvents } from './live-events.ts';
import { createMetrics } from './metrics.ts';
import { readPersistedOperations } from './persisted-operations.ts';
import { PurgeNews } from './purge-news.ts';
import { readPolicies, reloadOfPolicies } from './policies.ts';
import { warnOfRefusedPolicies } from './refused-policies.ts';
import { unexpectedErrorLog } from './unexpected-errors.ts';
import { createUpstreams } from './upstreams.ts';
import { cannotListen, listeningUrl } from './listening.ts';
import { VERSION } from './version.ts';
import { warnOfWithheldAgents } from './withheld-agents.ts';

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
  /** Puts what waits into the logs of all accounts, now instead of at the next look. */
  sequenceLogs(): Promise<SequencingRun>;
  /** Puts what waits into the event feeds of all accounts, now instead of at the next look. */
  sequenceEvents(): ReturnType<EventFeed['sequence']>;
  /** Looks now whether old keys are in use for too long. */
  checkKeys(): Promise<void>;
  /** Reads the policy file again, on this node alone; resolves with whether another policy is in force now. Logs problems. */
  reloadPolicy(): Promise<boolean>;
  /** Drains, waits for what is under way within a bound, and lets go of everything. */
  close(): Promise<void>;
}

/** Calls of Retell's that one agent may have on this node at a time: as many as an upstream has connections, twice. */
const RETELL_CALLS_PER_AGENT = 512;

/** Starts an instance on a migrated database. `traces` hears of turns. Throws StartError for what the operator must mend. */
export async function startInstance(
  config: Config,
  keys: ServerKeys,
  bootstrapToken: Secret<string> | null,
  databaseUrl: string,
  log: Logger,
  traces: TurnObserver | null = null,
): Promise<Instance> {
  const clock = systemClock;
  const publicOrigin = new URL(config.publicUrl).origin;
  const ring = new KeyRing(keys.ring.map(({ kid, role, secret }) => ({ kid, role, secret: secret.reveal() })));
  const policies = await readPolicies(config, ring, log);
  const witnesses = readWitnessPolicy(config);
  const persistedOperations = readPersistedOperations(config);
  const db = openDatabase({
    url: databaseUrl,
    onConnectionError: (err) => {
      log.warn({ err }, 'a database connection broke');
    },
  });
  const { pool, prisma } = db;

  const secureCookies = needsSecureCookies(new URL(config.publicUrl));
  const browserSessions = createBrowserSessions({ prisma, secureCookies, clock });
  const bootstrap = createBootstrap({ prisma, browserSessions, clock });
  const bootstrapTokenHash = bootstrapToken === null ? null : accessTokenHash(bootstrapToken.reveal());
  const accessTokens = createAccessTokens({ prisma, clock });
  const credentials = createCredentials({ browserSessions, accessTokens, bootstrapTokenHash });

  const upstreams = createUpstreams(config, log);
  const secrets = new AgentSecrets(ring);
  const cache = new AgentCache(agentReader(pool, policies, secrets));
  const reload = reloadOfPolicies(config, {
    ring,
    policies,
    log,
    onChange: () => {
      cache.forgetAll();
    },
  });
  // What is wrong with the file has been logged by then, and only the file can mend it.
  const reloadHere = async (): Promise<boolean> =>
    reload().then(
      ({ changed }) => changed,
      () => false,
    );
  const purged = new PurgeNews();
  const changes = cache.listenForChanges(
    {
      url: databaseUrl,
      onConnectionError: (err) => {
        log.warn({ err }, 'not hearing of agents that change: they are read afresh for every turn');
      },
    },
    () => void reloadHere(),
    (id) => {
      purged.heard(id);
    },
  );
  const reloadEverywhere = async (): ReturnType<typeof reload> => {
    const reloaded = await reload();
    await pool.query('SELECT pg_notify($1, $2)', [POLICY_CHANNEL, '']);
    return reloaded;
  };
  const agentRules = {
    policies,
    upstreams: { has: (name: string) => upstreams.bindings.includes(name), list: () => upstreams.bindings },
  };
  const operatorKeys = createOperatorKeys({
    accounts: config.operatorKeyAccounts,
    providers: upstreams.withOperatorKey,
  });
  const openAgents = createOpenAgentLog(config, log);
  const forgetAgent = (id: AgentId): void => {
    cache.forget(id);
  };
  const storedPolicies = createStoredPolicies({ policies, prisma, clock, onChange: forgetAgent });
  const agents = createAgentService({
    ...agentRules,
    prisma,
    clock,
    secrets,
    operatorKeys,
    keysByDefault: config.production,
    onChange: forgetAgent,
    onOpened: (id) => {
      openAgents.opened(id);
    },
  });

  const auditKey = keys.auditHmac.reveal();
  const signer = new Signer(keys.signing.reveal());
  const gemma = createGemmaServer(config, log);
  const searcher = new SearchPool();
  const explanations = new Explanations();
  const live = createLiveEvents({ url: databaseUrl, pool, prisma, feed: createFeed(pool), clock, log });
  const journal = new Journal(
    pool,
    (err) => {
      log.error({ err }, 'the journal could not be written; nothing was sent');
    },
    live.onWritten,
  );
  const metrics = createMetrics(config, log, traces);
  const { observer } = metrics;
  const tokenKeys = new TokenKeys(ring);
  const longTexts = { searcher, maxTextLength: config.maxTextLength };
  const sessions = new Sessions({
    pool,
    journal,
    keys: tokenKeys,
    auditKey,
    signer,
    clock,
    gemma: gemma?.pass ?? null,
    longTexts,
    memoryBytes: config.sessionMemoryBytes,
    observer,
    onLostEnding: (session_id, err) => {
      log.error({ session_id, err }, 'the end of a turn could not be recorded');
    },
  });
  purged.tell(sessions);
  const pdfs = new PdfPool();
  const sequencer = new Sequencer({
    pool,
    signer,
    clock,
    onRefused: (account_id, { reason }) => {
      log.error({ account_id, reason }, 'the log of an account is not continued: see docs/operations.md, Account log');
    },
  });
  const accountLog = createAccountLog({ pool, signer, clock, sequencer, witnesses });
  const targets = new CallbackTargets(config.callbackNetworks);
  const events = createEventFeed({ pool, prisma, ring, targets, clock, log });
  const publisher = createCheckpointPublisher(config, pool, log);
  const snapshots = new Snapshots(pool);
  const digests = new CallDigests(auditKey);
  const reports = createReports({
    snapshots,
    prisma,
    auditKey,
    signer,
    detectorVersion: DETECTOR_VERSION,
    version: VERSION,
    detectionServer: config.ner === null ? null : 'Gemma server (MASKER_NER_URL)',
    ring,
    payloadRetentionDays: config.payloadRetentionDays,
    pdf: pdfs,
    bundleLimit: BUNDLE_LIMIT,
    sealsInLog: (accountId, ids) => accountLog.sealsOf(accountId, ids),
    actsInLog: (accountId, ids) => accountLog.actsOf(accountId, ids),
    clock,
  });
  const invitations = createInvitations({ prisma, clock, publicUrl: publicOrigin });
  const services = createServices({
    prisma,
    pool,
    agents,
    policies,
    storedPolicies,
    maskOnce: createOneShotMasking(tokenKeys, longTexts),
    explanations,
    reloadPolicies: reloadEverywhere,
    reports,
    payloads: createPayloadReader({ pool, prisma, ring, clock, retentionDays: config.payloadRetentionDays }),
    sessions,
    events: events.feed,
    webhooks: events.webhooks,
    subscriptions: live.subscriptions,
    accountLog,
    exports: createInstanceExports(prisma, auditKey, log),
    verifyAudit: createAuditVerification({ snapshots, auditKey, signer, accountLog }),
    finder: createFinder(pool, digests),
    subjectSearch: createSubjectSearch({ db: pool, prisma, keys: new TokenKeys(ring), auditKey, clock }),
    accessTokens,
    browserSessions,
    invitations,
    members: createMembers({ prisma, clock, invitations }),
    retention: createRetention({ prisma, clock, config }),
    clock,
  });

  const edge = { prisma, services, publicUrl: publicOrigin, onUnexpectedError: unexpectedErrorLog(log) };
  const graphql = createGraphqlServer({ ...edge, introspection: config.introspection, persistedOperations });
  const signInOptions = {
    config,
    prisma,
    browserSessions,
    sessionSecret: keys.session,
    secureCookies,
    publicOrigin,
    clock,
  };
  const { signIn, oidc } = createSignIns(signInOptions);
  const idempotency = createIdempotency(pool, Buffer.from(keys.session.reveal(), 'utf8'), (err) => {
    log.warn({ err }, 'the answer of a request could not be kept for its Idempotency-Key');
  });
  const signInRoutes = authRoutes({ signIn, oidc, bootstrap, browserSessions, publicOrigin });
  const preconditions = createPreconditions(pool);
  const rest = createRestApp({ ...edge, idempotency, preconditions, authRoutes: signInRoutes });
  const turns = new TurnExchange({
    sessions,
    operatorKeys,
    upstreams: upstreams.byName,
    streamBufferMs: config.streamBufferMs,
    observer,
  });
  const { maxBodyBytes, clientTimeoutMs } = config;
  const proxy = new Proxy({ findAgent: (id) => cache.get(id), turns, maxBodyBytes, clientTimeoutMs, observer, log });
  const callback = createAssistantCallback({ targets });
  const endCall = async (agentId: AgentId, call: NamedCall): Promise<void> => {
    for (const id of await openSessions(pool, digests, agentId, call)) await sessions.end(agentId, id, 'ended');
  };
  const calls = createComparedCalls({ pool, prisma, auditKey, clock, digests, endCall });
  const retell = new Retell({
    findAgent: (id) => cache.get(id),
    turns,
    endCall,
    partialDedup: config.webhooks.retellPartialDedup,
    maxFrameBytes: config.maxBodyBytes,
    idleSeconds: config.sessionIdleSeconds,
    callsPerAgent: RETELL_CALLS_PER_AGENT,
    log,
  });
  const platformDoor = { findAgent: (id: AgentId) => cache.get(id), maxBodyBytes: config.maxBodyBytes, log };
  const vapi = createVapiWebhook({
    ...platformDoor,
    calls: { begin: (agent, call, start) => sessions.begin(agent, call, start), ...calls },
    callback,
    secret: config.webhooks.vapiSecret,
    publicUrl: publicOrigin,
  });
  const bolna = createBolnaWebhook({ ...platformDoor, endCall: calls.end, secret: config.webhooks.bolnaSecret });

  const limits =
    config.rateLimits === 'off'
      ? null
      : hostedLimits(config, pool, async (id) => (await cache.get(id))?.accountId ?? null, log);
  const keyWatch = createKeyWatch({ pool, ring, graceDays: config.keyGraceDays, clock, log });
  const shown = {
    version: VERSION,
    loadMe: services.loadMe,
    github: signIn !== null,
    oidc: oidc !== null,
    explorable: config.introspection,
  };
  const { server, stop } = createHttpServer({
    doors: {
      pages: pageDoors(shown, credentials),
      graphql: async (request, response, requestId) => {
        const viewer = await identify(credentials, request, response);
        if (limits !== null && !(await limits.api(viewer?.accountId ?? null, request, response, requestId))) return;
        const viewerNow = identifyAgain(credentials, request);
        await graphql(request, response, { viewer, requestId, ...(viewerNow === undefined ? {} : { viewerNow }) });
      },
      rest: restDoor(rest, credentials, limits),
      proxy: (...exchange) => proxy.handle(...exchange),
      vapi: (request, response, requestId) => vapi.handle(request, response, requestId),
      bolna: (request, response, requestId) => bolna.handle(request, response, requestId),
      retell: (request, socket, head, requestId) => retell.upgrade(request, socket, head, requestId),
    },
    limitCalls: limits === null ? null : (request, response, requestId) => limits.calls(request, response, requestId),
    corsOrigins: new Set(config.corsOrigins),
    health: {
      version: VERSION,
      ping: async () => isSound(await databaseFault(pool), log, 'the database cannot be used'),
      journal: async () => isSound(await journal.fault(pool), log, 'the journal cannot be written'),
      uptimeSeconds: () => process.uptime(),
      upstream: () => upstreams.health(),
      upstreams: () => upstreams.each(),
      openAgents: () => countOpenAgents(pool).catch(() => null),
      nerServer: () => gemma?.health() ?? null,
      oldKeys: () => keyWatch.overdue(),
      checkpointSinks: () => publisher.state(),
    },
    publicKeys: { keys: publicKeys(signer) },
    log,
  });

  await bootstrap.ensureAdmin();
  await forgetForeignPlaces(pool);
  await openAgents.atStart(pool);
  await warnOfWithheldAgents(pool, operatorKeys, log);
  await warnOfRefusedPolicies(pool, policies, log);
  warmUpDetection();
  const metricsUrl = await metrics.listen({ pool, journal, pdfs, searcher, upstreams });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(cannotListen('MASKER_LISTEN_ADDR', config.listen, error));
    });
    server.listen(config.listen.port, config.listen.host, resolve);
  });
  const jobs = startBackgroundJobs({
    config,
    pool,
    keyWatch,
    sessions,
    browserSessions,
    idempotency,
    signer,
    clock,
    log,
  });
  const sequencing = startSequencing(sequencer, (err) => {
    log.warn({ err }, 'the logs of accounts could not be continued; trying again');
  });
  const stopEvents = events.start();
  publisher.start();

  return {
    url: listeningUrl(server.address() as AddressInfo),
    metricsUrl,
    signInLink: async () => (await bootstrap.issueSignInLink(new URL(config.publicUrl))).href,
    demoAgent: () => demoAgent({ bootstrap, prisma, agents, publicOrigin }),
    sealIdle: jobs.sealIdle,
    erasePayloads: jobs.erasePayloads,
    applyRetention: jobs.applyRetention,
    anchorHeads: jobs.anchorHeads,
    checkKeys: jobs.checkKeys,
    sequenceLogs: () => sequencer.run(),
    sequenceEvents: () => events.sequence(),
    reloadPolicy: reloadHere,
    close: async () => {
      const jobsStopped = jobs.stop();
      await stop(config.drain, async () => {
        live.subscriptions.close();
        await retell.close();
      });
      await live.close();
      await sessions.settled();
      await sequencing.stop();
      await stopEvents();
      await publisher.stop();
      await metrics.close();
      await Promise.all(
        [upstreams, callback, searcher, explanations, pdfs, ...(gemma === null ? [] : [gemma])].map((server) =>
          server.close(),
        ),
      );
      await changes.close();
      await jobsStopped;
      await db.close();
    },
  };
}

/** Logs a fault with its SQLSTATE. Returns true where there is none. */
function isSound(err: Error | null, log: Logger, message: string): boolean {
  if (err !== null) log.warn({ err }, message);
  return err === null;
}
