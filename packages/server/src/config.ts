import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import type { ErrorStatusStyle } from '@tijori/wire';
import { isLoopbackHost } from './domain/origin.ts';
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
  const trustDir = resolve(reader.text('TIJORI_TRUST') ?? join(dataDir, 'trust'));
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
    trust: { live: join(trustDir, 'live'), test: join(trustDir, 'test') },
    verdictPolicy: {
      acceptSha1: reader.choice('TIJORI_TRUST_SHA1', ['refuse', 'accept'], 'refuse') === 'accept',
      requireRevocation:
        reader.choice('TIJORI_TRUST_REVOCATION', ['when_known', 'required'], 'when_known') === 'required',
    },
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

function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  // To bind to 0.0.0.0 is to bind here.
  return isLoopbackHost(hostname) || hostname === '0.0.0.0';
}

/** Reads settings one by one and gathers what is wrong with them. */
function settingsReader(env: NodeJS.ProcessEnv, faults: string[]) {
  const text = (name: string) => env[name]?.trim() || undefined;

  /** `NAME`, or the content of the file that `NAME_FILE` names, which only its owner may read. */
  const secret = (name: string, isOptional = false): string | undefined => {
    const path = text(`${name}_FILE`);
    if (!path) {
      if (!text(name) && !isOptional) faults.push(`${name} (or ${name}_FILE) is missing.`);
      return text(name);
    }
    try {
      if ((statSync(path).mode & 0o077) !== 0) {
        faults.push(`The file of ${name}_FILE can be read by others: chmod 600 it.`);
        return undefined;
      }
      return readFileSync(path, 'utf8').trim();
    } catch {
      faults.push(`The file of ${name}_FILE cannot be read.`);
      return undefined;
    }
  };

  return {
    text,
    secret,
    key(name: string): Buffer {
      const value = secret(name);
      if (value === undefined) return Buffer.alloc(0);
      const key = Buffer.from(value, 'base64');
      const weakness = weaknessOf(value, key);
      if (weakness) faults.push(`${name} ${weakness}. Make one with: openssl rand -base64 32`);
      return key;
    },
    /** Keys that were in this place before, newest first, separated by commas, spaces or line ends. */
    oldKeys(name: string): Buffer[] {
      const values = (secret(name, true) ?? '').split(/[\s,]+/).filter((value) => value !== '');
      return values.map((value) => {
        const key = Buffer.from(value, 'base64');
        const weakness = weaknessOf(value, key);
        if (weakness) faults.push(`A key of ${name} ${weakness}.`);
        return key;
      });
    },
    number(name: string, otherwise: number, min: number, max: number): number {
      const value = text(name);
      if (value === undefined) return otherwise;
      const number = Number(value);
      if (Number.isInteger(number) && number >= min && number <= max) return number;
      faults.push(`${name} must be a whole number from ${min} to ${max}.`);
      return otherwise;
    },
    choice<const Option extends string>(name: string, options: readonly Option[], otherwise: Option): Option {
      const value = text(name);
      const found = options.find((option) => option === value);
      if (value !== undefined && !found) faults.push(`${name} must be one of ${options.join(', ')}.`);
      return found ?? otherwise;
    },
    networks(name: string): string[] {
      const entries = (text(name) ?? '').split(',').flatMap((entry) => entry.trim() || []);
      if (!entries.every(isNetwork)) faults.push(`${name} must list addresses or networks such as 10.0.0.0/8.`);
      return entries;
    },
    baseUrl(name: string): string {
      const value = text(name);
      if (!value) faults.push(`${name} is missing: the address under which browsers reach this server.`);
      else if (!URL.canParse(value) || new URL(value).origin !== value.replace(/\/$/, '')) {
        faults.push(`${name} must be an origin such as https://consent.example.in, without a path.`);
      } else if (!value.startsWith('https:') && !isLoopback(value)) faults.push(`${name} must be https.`);
      return (value ?? '').replace(/\/$/, '');
    },
    listen(name: string, otherwise: string): { host: string; port: number } {
      const value = text(name) ?? otherwise;
      const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(value) ?? [];
      if (!host || Number(port) > 65_535) faults.push(`${name} must be host:port.`);
      return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
    },
  };
}

/** `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`. A prefix of 0 would believe everybody. */
function isNetwork(entry: string): boolean {
  const [address = '', prefix] = entry.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return bits > 0 && (prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits));
}

/** Fewest different byte values among 32 random ones that are still believed; 32 random bytes have about 30. */
const distinctBytesMin = 16;

function weaknessOf(value: string, key: Buffer): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return 'is not base64';
  if (key.length !== 32) return 'must be 32 bytes in base64';
  if (new Set(key).size < distinctBytesMin) return 'is weak: too few different bytes to be random';
  if (/^[\x20-\x7e]+$/.test(key.toString('latin1'))) return 'is weak: it spells a text';
  return undefined;
}
