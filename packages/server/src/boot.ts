import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Config, Secrets } from './config.ts';
import { AppError } from './domain/app-error.ts';
import { eventIds, momentOfEventId } from './domain/event.ts';
import { type KeysOfUse, type LiveKeyring, liveKeyring } from './domain/keyring.ts';
import type { Mode } from './domain/session.ts';
import { type EgressOptions, openEgress } from './egress/egress.ts';
import { buildApp } from './http/app.ts';
import { type ConnectionLimits, lateAnswerMsMax } from './http/connections.ts';
import { startClockwork } from './jobs/clockwork.ts';
import { type Logger, openLogger } from './log/logger.ts';
import { busyMeter } from './outbox/busy-meter.ts';
import { type DeliveryFaults, openDeliveryFaults } from './outbox/delivery-faults.ts';
import { openKnownEndpoints } from './outbox/known-endpoints.ts';
import { type Outbox, openOutbox } from './outbox/outbox.ts';
import { openPace, type Pace } from './outbox/pace.ts';
import type { WayOn } from './pages/consent-page.ts';
import { lockDataDir } from './storage/data-lock.ts';
import { openDatabase } from './storage/open-database.ts';
import { openStores } from './stores/index.ts';
import { accessTokens } from './tokens/access-token.ts';
import { sdkTokens } from './tokens/sdk-token.ts';
import { signingKeys } from './tokens/signing-keys.ts';
import { connectors } from './upstream/registry.ts';
import { openSimulatorControl } from './upstream/simulator-control.ts';
import type { Upstream } from './upstream/upstream.ts';
import { openBackground } from './usecases/background.ts';
import type { Deps } from './usecases/deps.ts';
import { recordDisabling } from './usecases/events/record.ts';
import { callbackUrl } from './usecases/journey/attempt.ts';
import { openRenewals } from './usecases/journey/note-grant.ts';
import { claimKey, claimMasterKey } from './usecases/secrets/master-key-check.ts';
import { openHolds } from './usecases/test-controls/holds.ts';
import { openBlobs } from './vault/open-blobs.ts';
import { createPresign } from './vault/presign.ts';
import { createSeal } from './vault/seal.ts';
import { openTrustSource } from './verify/trust-source.ts';
import { openVerifier, type Verifier } from './verify/verifier.ts';
import { openWalker } from './walker/walker.ts';

/** `iss` of our tokens: never a host or port, so that a token survives a move of either. */
const tokenIssuer = 'tijori';

/** Clocks of nodes agree within a second (docs/deployment.md), and a commit takes some of another one at most, ms. */
const eventsSettleMs = 1_500;

/** Answers and work that are under way when the port is closed have so long however long it was kept open for a balancer, ms. */
const lateMsMin = 500;

/**
 * Work behind the answers is waited for until so long after the signal, ms: an upstream that does not answer may hold it up for longer than a stop may
 * take (acceptance I4). What is given up is taken up again by another node or at the next start, as after a crash.
 */
const lateWorkMsUsual = 7_500;

export interface Gateway {
  deps: Deps;
  app: FastifyInstance;
  /** Listens; from now on `/health/live` answers. `/health/ready` waits for `ready()`. */
  listen(): Promise<void>;
  ready(): void;
  /**
   * Goes on with other keys, all or none of them. What the current ones had made stays good only if they are among `old`:
   * a token, link or sealed text of a key that is not there any more is dead with this call.
   */
  replaceKeys(secrets: Secrets): Promise<void>;
  /** Stops taking work, finishes what is under way, lets go of everything. */
  stop(): Promise<void>;
}

export interface BootOptions {
  now?: () => number;
  wayOn?: WayOn;
  extra?: (app: FastifyInstance) => Promise<void>;
  /** Limits of the connections other than the usual ones; for tests. */
  connections?: Partial<ConnectionLimits>;
  /** How long a stop waits for work behind the answers, if not as long as usual, ms; for tests. */
  lateWorkMsMax?: number;
  /** How calls to addresses that integrators name differ from the usual; for tests. */
  egress?: Partial<EgressOptions>;
  /** How fast deliveries may begin, whatever the process has room for; for tests. */
  deliveryPace?: Pace;
  /** Called when the database can take no more writes: the process should end. */
  onBroken?: (detail: string) => void;
  /** Called with each answer that broke its contract, where answers are checked. */
  onBreach?: (breach: string) => void;
}

/** The composition root: configuration in, running gateway out. The only place that constructs adapters. */
export async function boot(config: Config, options: BootOptions = {}): Promise<Gateway> {
  // Whatever was opened is let go in the opposite order, also when a later step fails.
  const opened = new AsyncDisposableStack();
  try {
    return await assemble(config, options, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function assemble(config: Config, options: BootOptions, opened: AsyncDisposableStack): Promise<Gateway> {
  const keys = keysOf(config.secrets);
  const keyrings = { master: liveKeyring(keys.master), token: liveKeyring(keys.token), link: liveKeyring(keys.link) };
  const deps = await openDeps(config, keyrings, options, opened);

  let isReady = false;
  const app = await buildApp(deps, {
    hosts: config.hosts,
    rateLimits: config.rateLimits,
    errorStatus: config.errorStatus,
    proxies: config.proxies,
    checkAnswers: config.checkAnswers,
    legacyAuthorize: config.legacyAuthorize,
    isReady: async () => isReady && (await deps.stores.settings.get('deployment')) !== undefined,
    ...(options.onBreach ? { onBreach: options.onBreach } : {}),
    ...(options.wayOn ? { wayOn: options.wayOn } : {}),
    ...(options.extra ? { extra: options.extra } : {}),
    connections: {
      lateAnswerMsMax: Math.max(lateMsMin, lateAnswerMsMax - config.drainMs),
      ...options.connections,
    },
  });
  let stoppingSinceMs = performance.now();
  const { lateWorkMsMax = lateWorkMsUsual } = options;
  opened.defer(() => atMost(stoppingSinceMs + lateWorkMsMax - performance.now(), deps.background.stop()));
  opened.defer(() => app.close());
  // Before the app, which waits for the answers that a pretend person is waiting for.
  opened.defer(() => deps.testControls?.walker.close());
  // After the app, which is put together while the database's writer begins. Nobody has been listened to yet.
  await claimDatabase(deps, config.deployment);
  await claimMasterKey(deps, keyrings.master);
  let clockwork: ReturnType<typeof startClockwork> | undefined;
  return {
    deps,
    app,
    async listen() {
      if (config.database === null) await releaseQueues(deps);
      await app.listen(config.listen);
      deps.outbox.start();
      clockwork = startClockwork(deps);
    },
    ready() {
      isReady = true;
    },
    replaceKeys: (secrets) => replaceKeys(deps, keyrings, secrets),
    async stop() {
      isReady = false;
      stoppingSinceMs = performance.now();
      // First of all, and waited for last: what it is at may take as long as an upstream is given.
      if (clockwork) deps.background.begin(clockwork.stop());
      // A balancer that asks now sends nobody any more; whoever is on the way still arrives.
      if (config.drainMs > 0) await wait(config.drainMs);
      // Not before: whoever follows events would be answered at once until then, and ask again.
      deps.background.halt();
      await opened.disposeAsync();
    },
  };
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  await Promise.race([work, wait(Math.max(lateMsMin, ms), undefined, { ref: false })]);
}

async function openDeps(
  config: Config,
  keyrings: Keyrings,
  options: BootOptions,
  opened: AsyncDisposableStack,
): Promise<Deps> {
  const signing = signingKeys(keyrings.token);
  const now = options.now ?? Date.now;
  // Several nodes may share a folder when what they write to is a server's database.
  if (!config.database) opened.defer(lockDataDir(config.dataDir));
  const log = openLogger(config.log);
  opened.defer(() => log.close());
  const onBroken = (detail: string) => {
    log.error({ detail }, 'the database takes no more writes');
    void log.close().then(() => options.onBroken?.(detail));
  };
  const onWarning = (text: string) => log.warn({}, text);
  const { db, rates } = await openDatabase({ ...config, now, onBroken, onWarning });
  const verifier = verifierOf(config, now, log);
  opened.defer(() => verifier.close());
  opened.defer(() => db.close());
  const stores = openStores(db);
  const newestEvent = await stores.events.newestId();
  const newEventId = eventIds(randomUUID, newestEvent === undefined ? 0 : momentOfEventId(newestEvent) + 1);
  const seal = createSeal({ keyring: keyrings.master });
  const egress = openEgress({
    allowLoopback: config.allowLoopbackCalls,
    ownOrigins: [config.baseUrl],
    ...options.egress,
  });
  opened.defer(() => egress.close());
  const faults = config.testControls ? openDeliveryFaults({ now, wait: (ms) => wait(ms) }) : null;
  const pace = options.deliveryPace ?? openPace(busyMeter());
  const outbox = await openOutboxOf({ stores, newEventId, egress, seal, log, now, faults, pace });
  opened.defer(() => outbox.stop());
  return {
    now,
    newId: randomUUID,
    newEventId,
    // One thread writes to a file, in the order in which the ids were made.
    eventsSettleMs: config.database ? eventsSettleMs : 0,
    baseUrl: config.baseUrl,
    nodeId: config.database ? randomUUID() : 'only',
    limits: config.limits,
    modes: config.modes,
    loopbackOrigins: config.deployment === 'dev',
    allowHttpReturn: config.allowHttpReturn,
    stores,
    commitWaitMs: db.commitWaitMs,
    rates,
    keysUnderway: new Map(),
    tokens: accessTokens({ keys: signing, issuer: tokenIssuer, now }),
    sdkTokens: sdkTokens({ keys: signing, issuer: tokenIssuer, now }),
    seal,
    blobs: await openBlobs(config),
    verifier,
    presign: createPresign({ keyring: keyrings.link }),
    egress,
    logos: new Map(),
    outbox,
    upstreams: openUpstreams(config),
    renewals: openRenewals(),
    collecting: new Map(),
    background: openBackground(),
    scenarios: config.scenarios,
    testControls: openTestControls(config, faults),
    log,
  };
}

/** Each mode has a trust store of its own: a live session never believes what a test one does. */
function verifierOf({ trust, verdictPolicy }: Config, now: () => number, log: Logger): Verifier {
  const source = (mode: Mode) =>
    openTrustSource(trust[mode], mode, {
      now,
      onFault: (detail) => log.error({ mode, detail }, 'a trust folder cannot be read: it stays as it was'),
    });
  return openVerifier({
    stores: { live: source('live'), test: source('test') },
    policy: verdictPolicy,
    onDeath: (failure) => log.warn({ failure }, 'a document could not be judged'),
  });
}

/** One keyring for each use. They change while the gateway runs, when an operator changes keys (acceptance J3, J4). */
interface Keyrings {
  master: LiveKeyring;
  token: LiveKeyring;
  link: LiveKeyring;
}

function keysOf({ masterKey, tokenKey, linkKey, old }: Secrets): Record<keyof Keyrings, KeysOfUse> {
  return {
    master: { current: masterKey, old: old?.masterKeys ?? [] },
    token: { current: tokenKey, old: old?.tokenKeys ?? [] },
    link: { current: linkKey, old: old?.linkKeys ?? [] },
  };
}

/** All three at once, or none: a master key under which not everything opens is refused. */
async function replaceKeys({ stores, seal }: Deps, keyrings: Keyrings, secrets: Secrets): Promise<void> {
  const keys = keysOf(secrets);
  const master = liveKeyring(keys.master);
  // What it has sealed until now, a rewrap may have missed.
  await claimKey({ stores, seal }, keyrings.master.currentKeyId);
  await claimMasterKey({ stores, seal: createSeal({ keyring: master }) }, master);
  keyrings.master.replace(keys.master);
  keyrings.token.replace(keys.token);
  keyrings.link.replace(keys.link);
}

/** Events on their way; what the end of an endpoint tells goes through the very same outbox. */
async function openOutboxOf(
  deps: Pick<Deps, 'stores' | 'newEventId' | 'egress' | 'seal' | 'log' | 'now'> & {
    faults: DeliveryFaults | null;
    pace: Pace;
  },
): Promise<Outbox> {
  const { stores, seal, newEventId, now } = deps;
  const outbox: Outbox = openOutbox({
    ...deps,
    endpoints: await openKnownEndpoints({ stores, seal, newId: randomUUID }),
    random: Math.random,
    holder: randomUUID(),
    disabled: (endpoint, reason) => recordDisabling({ stores, newEventId, outbox }, endpoint, reason, now()),
  });
  return outbox;
}

function openUpstreams(config: Config): Partial<Record<Mode, Upstream>> {
  const upstreams: Partial<Record<Mode, Upstream>> = {};
  for (const mode of config.modes) {
    const settings = config.upstreams[mode];
    if (settings) upstreams[mode] = connectors.entitylocker(settings);
  }
  return upstreams;
}

/** Only where the upstream of test sessions is a simulator: nothing else has levers. */
function openTestControls({ upstreams, baseUrl }: Config, deliveryFaults: DeliveryFaults | null): Deps['testControls'] {
  const settings = upstreams.test;
  if (!deliveryFaults || !settings?.sendScenario) return null;
  return {
    walker: openWalker({
      gatewayUrl: baseUrl,
      upstreamOrigin: new URL(settings.baseUrl).origin,
      callbackUrl: callbackUrl({ baseUrl }),
    }),
    simulator: openSimulatorControl(settings),
    holds: openHolds(),
    deliveryFaults,
  };
}

/**
 * On a file of its own this is the only process, so whoever held a queue before is gone. A full disk must not keep a gateway from reading:
 * what is held ends by itself.
 */
async function releaseQueues({ stores }: Deps): Promise<void> {
  await stores.commit([stores.webhookQueues.releaseAll()]).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'storage_full') throw error;
  });
}

/** A database belongs to `dev` or to `start` for good: test secrets on a laptop and real documents never share one. */
async function claimDatabase({ stores }: Deps, deployment: Config['deployment']): Promise<void> {
  await stores.commit([stores.settings.insertion('deployment', deployment)]);
  const owner = await stores.settings.get('deployment');
  if (owner !== deployment) {
    throw new Error(`This data folder belongs to "tijori ${owner}". Give "tijori ${deployment}" one of its own.`);
  }
}
