import { AppError } from '../../domain/app-error.ts';
import { present } from './lenient.ts';

/** Which form of the download address is asked (entitylocker-upstream §2.1, §9 no. 1: which one works is unsettled). */
export type UriPlacement = 'path' | 'query' | 'path_then_query';

/** Paths below the base URL; `{uri}` is where the document's URI goes, percent-encoded. */
export interface EntityLockerPaths {
  authorize: string;
  token: string;
  revoke: string;
  user: string;
  entity: string;
  issued: string;
  fileByPath: string;
  fileByQuery: string;
  xmlByPath: string;
  xmlByQuery: string;
}

export interface ResolvedSettings {
  /** Up to and including `/public`; https, or http on loopback if `allowLoopbackHttp`. */
  baseUrl: string;
  clientId: string;
  /** Also the key of the `hmac` header (entitylocker-upstream §2.6). */
  clientSecret: string;
  /** Both are seen (entitylocker-upstream §1.3). */
  clientAuth: 'post' | 'basic';
  uriPlacement: UriPlacement;
  paths: EntityLockerPaths;
  /** Whether `purpose` and `service_name` are sent (entitylocker-upstream §9 no. 13). */
  sendPurpose: boolean;
  /** Time for one call of the port, with everything that it sends and reads, ms. */
  deadlineMs: number;
  jsonBytesMax: number;
  documentBytesMax: number;
  /** Usable items of the issued list that are kept. */
  issuedItemsMax: number;
  /** For the simulator and tests: http to 127.0.0.0/8, ::1 and localhost. */
  allowLoopbackHttp: boolean;
  /** Whether a session's scenario is passed on, as a parameter that only a simulator knows. */
  sendScenario: boolean;
  /** Refuses every answer that a simulator marked as its own: specimens must never serve a live session. */
  refuseSimulator: boolean;
  /** Whether connections are kept; resets on reused ones are known (entitylocker-upstream §7 no. 2). */
  reuseConnections: boolean;
}

const defaults: Omit<ResolvedSettings, 'baseUrl' | 'clientId' | 'clientSecret'> = {
  clientAuth: 'post',
  uriPlacement: 'path_then_query',
  paths: {
    authorize: '/oauth2/1/authorize',
    token: '/oauth2/1/token',
    revoke: '/oauth2/1/revoke',
    user: '/oauth2/1/user',
    entity: '/oauth2/1/entity',
    issued: '/oauth2/2/entity/files/issued',
    fileByPath: '/oauth2/1/entity/file/{uri}',
    fileByQuery: '/oauth2/1/entity/file/uri?uri={uri}',
    xmlByPath: '/oauth2/1/entity/xml/{uri}',
    xmlByQuery: '/oauth2/1/entity/xml/uri?uri={uri}',
  },
  sendPurpose: true,
  deadlineMs: 10_000,
  jsonBytesMax: 1024 * 1024,
  documentBytesMax: 10 * 1024 * 1024,
  issuedItemsMax: 200,
  allowLoopbackHttp: false,
  sendScenario: false,
  refuseSimulator: true,
  reuseConnections: false,
};

/** What must be said; everything else has a default, and the safe one. */
export type EntityLockerSettings = Pick<ResolvedSettings, 'baseUrl' | 'clientId' | 'clientSecret'> &
  Partial<ResolvedSettings>;

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function baseUrlFault(settings: ResolvedSettings): string | undefined {
  if (!URL.canParse(settings.baseUrl)) return 'baseUrl is not a URL';
  const url = new URL(settings.baseUrl);
  if (url.username || url.password || url.search || url.hash) return 'baseUrl has more than origin and path';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return 'baseUrl is not https';
  if (!isLoopback(url.hostname)) return 'baseUrl is not https and not on loopback';
  return settings.allowLoopbackHttp ? undefined : 'baseUrl is http on loopback, which is not allowed here';
}

/** The settings with defaults and a base URL without a slash at its end; `internal` naming every fault, no value. */
export function resolveSettings(input: EntityLockerSettings): ResolvedSettings {
  // A member that is there but undefined must not take a default away.
  const settings: ResolvedSettings = { ...defaults, ...present({ ...input }) };
  const faults = [baseUrlFault(settings)];
  if (!settings.clientId) faults.push('clientId is missing');
  if (!settings.clientSecret) faults.push('clientSecret is missing');
  for (const name of ['deadlineMs', 'jsonBytesMax', 'documentBytesMax', 'issuedItemsMax'] as const) {
    if (!Number.isSafeInteger(settings[name]) || settings[name] <= 0) faults.push(`${name} is not a positive count`);
  }
  for (const [name, path] of Object.entries(settings.paths)) {
    if (!path.startsWith('/')) faults.push(`paths.${name} does not start with a slash`);
  }
  const found = faults.filter((fault) => fault !== undefined);
  if (found.length > 0) throw new AppError('internal', { detail: `entitylocker settings: ${found.join('; ')}` });
  return { ...settings, baseUrl: settings.baseUrl.replace(/\/+$/, '') };
}
