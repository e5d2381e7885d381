import { join, resolve } from 'node:path';
import type { ErrorStatusStyle } from '@tijori/wire';
import { isLoopback, settingsReader } from './config/settings-reader.ts';
import type { Mode } from './domain/session.ts';
import type { EntityLockerSettings } from './upstream/entitylocker/settings.ts';
import { type S3Settings, s3Faults } from './vault/s3-settings.ts';

/** Everything that `boot` needs to know. Nothing else reads the environment. */
export interface Config {
  /** `dev`: test keys only, simulator, demo. `start`: production. */
  deployment: 'dev' | 'start';
  /** Where browsers and clients reach us; no slash at the end. */
  baseUrl: string;
  listen: { host: string; port: number };
  dataDir: string;
  /** How long a node that was told to stop still takes requests, while `/health/ready` says that it is going, ms. */
  drainMs: number;
  /** The PostgreSQL to use; null: SQLite in the data folder. */
  database: PostgresSettings | null;
  /** The bucket to use for documents; null: the data folder. */
  s3: S3Settings | null;
  modes: readonly Mode[];
  secrets: Secrets;
  upstreams: Partial<Record<Mode, EntityLockerSettings>>;
  /** Trust stores for the documents of each mode's sessions; null: nobody is trusted. */
  trust: Readonly<Record<Mode, string | null>>;
  /** What of a signature is accepted beyond the usual, or demanded. */
  verdictPolicy: { acceptSha1: boolean; requireRevocation: boolean };
  limits: { sessionLifeMs: number; apiSessionLifeMs: number; retentionMs: number; linkLifeMs: number };
  /** Whether sessions of test keys may lead back to plain http on this machine. */
  allowHttpReturn: boolean;
  /** Whether addresses that integrators name may be on this machine, by plain http and any port. */
  allowLoopbackCalls: boolean;
  /** Requests a minute and key; null lifts them. */
  rateLimits: { testPerMinute: number; livePerMinute: number } | null;
  /** Whether 521 and 523 travel as they are (`compatible`) or as 404 and 409. */
  errorStatus: ErrorStatusStyle;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  proxies: readonly string[];
  /** Outcomes that the simulator behind test sessions plays; empty where there is none. */
  scenarios: readonly string[];
  /** Whether the levers for tests (`/test`) are there. They need a simulator behind test sessions. */
  testControls: boolean;
  /** Whether `POST /authorize` renews access tokens, as the vendor's old clients expect. */
  legacyAuthorize: boolean;
  /** Whether each answer is held against its schema before it leaves. */
  checkAnswers: boolean;
  /** The only hosts that are answered; null: a proxy in front judges. */
  hosts: ReadonlySet<string> | null;
  log: { level: string; file?: string };
}

/** Where PostgreSQL is. The addresses hold passwords and are never shown. */
export interface PostgresSettings {
  url: string;
  /** As the role that owns the tables, where the gateway's own does not. */
  ownerUrl?: string;
  /** Most connections of this process. */
  connectionsMax: number;
}

/** 32 random bytes each. */
export interface Secrets {
  /** Keys that were in their places before, newest first: what they made is still good. */
  old?: OldSecrets;
  /** Wraps the data keys of everything in the vault. */
  masterKey: Buffer;
  /** Signs access tokens. */
  tokenKey: Buffer;
  /** Signs download links. */
  linkKey: Buffer;
}

export interface OldSecrets {
  masterKeys: readonly Buffer[];
  tokenKeys: readonly Buffer[];
  linkKeys: readonly Buffer[];
}

/** Every fault of a configuration at once, each a sentence that names the setting and never its value. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`Tijori cannot start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** Where the data folder is when nobody says otherwise. */
export const defaultDataDir = process.env.TIJORI_DATA?.trim() || './data';
const minuteMs = 60_000;
/** Highest limit of calls a minute that can be set: far beyond what one machine answers. */
const rateMax = 100_000_000;
const liveUpstreamUrl = 'https://entity.digilocker.gov.in/public';

/** The configuration of `tijori start`, from the environment (docs/configuration.md). Throws `ConfigError`. */
export function readStartConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = [];
  const reader = settingsReader(env, faults);
  const secrets = secretsFrom(reader, faults);
  const testControls = reader.choice('TIJORI_TEST_CONTROLS', ['off', 'on'], 'off') === 'on';
  const live = upstreamSettings(reader, 'live', faults);
  const test = upstreamSettings(reader, 'test', faults, testControls);
  if (testControls && !test) {
    faults.push('TIJORI_TEST_CONTROLS needs a simulator at TIJORI_TEST_UPSTREAM_URL: nothing else has levers.');
  }
  if (!live && !test && !faults.some((fault) => fault.includes('_UPSTREAM_'))) {
    faults.push('No upstream: set TIJORI_LIVE_CLIENT_ID and its secret, or TIJORI_TEST_UPSTREAM_URL for test keys.');
  }
  if (live && test && sameAddress(live.baseUrl, test.baseUrl)) {
    faults.push('TIJORI_LIVE_UPSTREAM_URL and TIJORI_TEST_UPSTREAM_URL must not be the same.');
  }
  const dataDir = resolve(reader.text('TIJORI_DATA') ?? './data');
  const config: Config = {
    deployment: 'start',
    baseUrl: reader.baseUrl('TIJORI_BASE_URL'),
    listen: reader.listen('TIJORI_LISTEN', '127.0.0.1:8080'),
    drainMs: reader.number('TIJORI_DRAIN_SECONDS', 0, 0, 8) * 1_000,
    database: postgresSettings(reader, faults),
    s3: s3Settings(reader, faults),
    dataDir,
    modes: ['test', 'live'],
    secrets,
    upstreams: { ...(live ? { live } : {}), ...(test ? { test } : {}) },
    ...trustSettings(reader, dataDir),
    limits: {
      sessionLifeMs: reader.number('TIJORI_SESSION_MINUTES', 60, 1, 24 * 60) * minuteMs,
      apiSessionLifeMs: reader.number('TIJORI_API_SESSION_MINUTES', 24 * 60, 1, 7 * 24 * 60) * minuteMs,
      retentionMs: reader.number('TIJORI_RETENTION_MINUTES', 60, 1, 7 * 24 * 60) * minuteMs,
      linkLifeMs: reader.number('TIJORI_LINK_MINUTES', 60, 1, 60) * minuteMs,
    },
    allowHttpReturn: reader.choice('TIJORI_ALLOW_HTTP_RETURN', ['off', 'on'], 'off') === 'on',
    allowLoopbackCalls: false,
    rateLimits: {
      testPerMinute: reader.number('TIJORI_RATE_TEST', 25, 1, rateMax),
      livePerMinute: reader.number('TIJORI_RATE_LIVE', 500, 1, rateMax),
    },
    errorStatus: reader.choice('TIJORI_ERROR_STATUS', ['compatible', 'standard'], 'compatible'),
    proxies: reader.networks('TIJORI_PROXIES'),
    scenarios: [],
    testControls,
    legacyAuthorize: reader.choice('TIJORI_LEGACY_AUTHORIZE', ['on', 'off'], 'off') === 'on',
    checkAnswers: false,
    hosts: null,
    log: { level: reader.text('TIJORI_LOG_LEVEL') ?? 'info' },
  };
  if (!['debug', 'info', 'warn', 'error'].includes(config.log.level)) {
    faults.push('TIJORI_LOG_LEVEL must be debug, info, warn or error.');
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

/** Where `tijori start` and the commands beside it keep their rows: `DATABASE_URL`, or the data folder. Throws `ConfigError`. */
export function readDatabase(env: NodeJS.ProcessEnv = process.env): PostgresSettings | null {
  const faults: string[] = [];
  const database = postgresSettings(settingsReader(env, faults), faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return database;
}

/** Where browsers reach `tijori start`. Throws `ConfigError`. */
export function readBaseUrl(env: NodeJS.ProcessEnv = process.env): string {
  const faults: string[] = [];
  const baseUrl = settingsReader(env, faults).baseUrl('TIJORI_BASE_URL');
  if (faults.length > 0) throw new ConfigError(faults);
  return baseUrl;
}

/** Where the documents of `tijori start` lie: a bucket, or null for the data folder. Throws `ConfigError`. */
export function readBucket(env: NodeJS.ProcessEnv = process.env): S3Settings | null {
  const faults: string[] = [];
  const s3 = s3Settings(settingsReader(env, faults), faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return s3;
}

/** Whom documents are believed, for commands that judge them without a gateway. Throws `ConfigError`. */
export function readTrust(dataDir: string, env: NodeJS.ProcessEnv = process.env): TrustSettings {
  const faults: string[] = [];
  const settings = trustSettings(settingsReader(env, faults), dataDir);
  if (faults.length > 0) throw new ConfigError(faults);
  return settings;
}

/** What commands that call a gateway find in the environment (docs/cli.md). Throws `ConfigError`. */
export function readApiAccess(env: NodeJS.ProcessEnv = process.env): {
  url: string | undefined;
  apiKey: string | undefined;
  apiSecret: string | undefined;
} {
  const faults: string[] = [];
  const reader = settingsReader(env, faults);
  const isSecretSet = reader.text('TIJORI_API_SECRET') || reader.text('TIJORI_API_SECRET_FILE');
  const apiSecret = isSecretSet ? reader.secret('TIJORI_API_SECRET') : undefined;
  if (faults.length > 0) throw new ConfigError(faults);
  return { url: reader.text('TIJORI_URL'), apiKey: reader.text('TIJORI_API_KEY'), apiSecret };
}

/** The secret that a webhook receiver knows, for commands that play the gateway towards it. Throws `ConfigError`. */
export function readWebhookSecret(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const faults: string[] = [];
  const reader = settingsReader(env, faults);
  const isSet = reader.text('TIJORI_WEBHOOK_SECRET') || reader.text('TIJORI_WEBHOOK_SECRET_FILE');
  const secret = isSet ? reader.secret('TIJORI_WEBHOOK_SECRET') : undefined;
  if (faults.length > 0) throw new ConfigError(faults);
  return secret;
}

function postgresSettings(reader: ReturnType<typeof settingsReader>, faults: string[]): PostgresSettings | null {
  const address = (name: string) => {
    const url = reader.text(name) || reader.text(`${name}_FILE`) ? reader.secret(name) : undefined;
    if (url !== undefined && !isPostgresUrl(url))
      faults.push(`${name} must look like postgresql://user@host:5432/name.`);
    return url;
  };
  const url = address('DATABASE_URL');
  const ownerUrl = address('TIJORI_DATABASE_OWNER_URL');
  const connectionsMax = reader.number('TIJORI_DATABASE_CONNECTIONS', 8, 4, 100);
  return url === undefined ? null : { url, ...(ownerUrl ? { ownerUrl } : {}), connectionsMax };
}

type TrustSettings = Pick<Config, 'trust' | 'verdictPolicy'>;

function trustSettings(reader: ReturnType<typeof settingsReader>, dataDir: string): TrustSettings {
  const trustDir = resolve(reader.text('TIJORI_TRUST') ?? join(dataDir, 'trust'));
  return {
    trust: { live: join(trustDir, 'live'), test: join(trustDir, 'test') },
    verdictPolicy: {
      acceptSha1: reader.choice('TIJORI_TRUST_SHA1', ['refuse', 'accept'], 'refuse') === 'accept',
      requireRevocation:
        reader.choice('TIJORI_TRUST_REVOCATION', ['when_known', 'required'], 'when_known') === 'required',
    },
  };
}

function s3Settings(reader: ReturnType<typeof settingsReader>, faults: string[]): S3Settings | null {
  const bucket = reader.text('TIJORI_S3_BUCKET');
  if (bucket === undefined) return null;
  const region = reader.text('TIJORI_S3_REGION') ?? 'us-east-1';
  const endpoint = reader.text('TIJORI_S3_ENDPOINT') ?? `https://s3.${region}.amazonaws.com`;
  const place = { bucket, region, endpoint, prefix: reader.text('TIJORI_S3_PREFIX') ?? '' };
  faults.push(...s3Faults(place));
  return {
    ...place,
    accessKeyId: reader.secret('TIJORI_S3_ACCESS_KEY_ID') ?? '',
    secretAccessKey: reader.secret('TIJORI_S3_SECRET_ACCESS_KEY') ?? '',
  };
}

function isPostgresUrl(url: string): boolean {
  return URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol);
}

/** The keys alone, as they are now: they may change while the gateway runs. Throws `ConfigError`. */
export function readSecrets(env: NodeJS.ProcessEnv = process.env): Secrets {
  const faults: string[] = [];
  const secrets = secretsFrom(settingsReader(env, faults), faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return secrets;
}

function secretsFrom(reader: ReturnType<typeof settingsReader>, faults: string[]): Secrets {
  const secrets = {
    masterKey: reader.key('TIJORI_MASTER_KEY'),
    tokenKey: reader.key('TIJORI_TOKEN_KEY'),
    linkKey: reader.key('TIJORI_LINK_KEY'),
    old: {
      masterKeys: reader.oldKeys('TIJORI_MASTER_KEY_OLD'),
      tokenKeys: reader.oldKeys('TIJORI_TOKEN_KEY_OLD'),
      linkKeys: reader.oldKeys('TIJORI_LINK_KEY_OLD'),
    },
  };
  const { old, masterKey, tokenKey, linkKey } = secrets;
  const uses = [
    [masterKey, ...old.masterKeys],
    [tokenKey, ...old.tokenKeys],
    [linkKey, ...old.linkKeys],
  ].map((keys) => new Set(keys.filter((key) => key.length > 0).map((key) => key.toString('hex'))));
  const all = uses.flatMap((keys) => [...keys]);
  if (new Set(all).size < all.length) {
    faults.push(
      'TIJORI_MASTER_KEY, TIJORI_TOKEN_KEY and TIJORI_LINK_KEY must differ from each other, old ones included.',
    );
  }
  return secrets;
}

function upstreamSettings(
  reader: ReturnType<typeof settingsReader>,
  mode: Mode,
  faults: string[],
  sendScenario = false,
): EntityLockerSettings | undefined {
  const prefix = `TIJORI_${mode.toUpperCase()}`;
  const clientId = reader.text(`${prefix}_CLIENT_ID`);
  const url = reader.text(`${prefix}_UPSTREAM_URL`) ?? (mode === 'live' && clientId ? liveUpstreamUrl : undefined);
  if (!url) return undefined;
  if (!clientId) faults.push(`${prefix}_CLIENT_ID is missing although ${prefix}_UPSTREAM_URL is set.`);
  const clientSecret = reader.secret(`${prefix}_CLIENT_SECRET`);
  const loopback = isLoopback(url);
  if (!URL.canParse(url)) faults.push(`${prefix}_UPSTREAM_URL is not a URL.`);
  else if (mode === 'live' && (loopback || !url.startsWith('https:'))) {
    faults.push(`${prefix}_UPSTREAM_URL must be https and not this machine: a simulator cannot serve live keys.`);
  } else if (!loopback && !url.startsWith('https:')) {
    faults.push(`${prefix}_UPSTREAM_URL must be https.`);
  }
  return {
    baseUrl: url.replace(/\/+$/, ''),
    clientId: clientId ?? '',
    clientSecret: clientSecret ?? '',
    clientAuth: reader.choice(`${prefix}_CLIENT_AUTH`, ['post', 'basic'], 'post'),
    uriPlacement: reader.choice(`${prefix}_URI_PLACEMENT`, ['path', 'query', 'path_then_query'], 'path_then_query'),
    allowLoopbackHttp: mode === 'test',
    sendScenario,
    refuseSimulator: mode === 'live',
  };
}

/** However they are written: a parser settles case, default ports and the like. */
function sameAddress(left: string, right: string): boolean {
  return URL.canParse(left) && URL.canParse(right) && new URL(left).href === new URL(right).href;
}
