import * as wire from '@tijori/wire';
import type { Schema } from './schema.ts';

type Endpoint = wire.Endpoint;

/** An endpoint that the client calls, and what the client calls it. */
export interface Operation {
  name: string;
  endpoint: Endpoint;
  /** Whether the answer is the vendor's envelope, of which callers get the `data`. */
  enveloped: boolean;
  /** The `@entity` that a body must carry, which the client adds by itself. */
  entity: string | null;
}

/** Families that a server calls. Pages and test actions have clients of their own. */
const families: readonly Endpoint['family'][] = ['auth', 'entitylocker_sdk', 'entitylocker_api', 'tijori'];

/** Asked for by no client of ours: the vendor's way of renewing a token, which it has given up (sandbox-api §1.15). */
const leftOut: readonly string[] = ['POST /authorize'];

/**
 * The client's own words by method and address, in the order of the generated files. An endpoint that is not listed
 * keeps its name in `wire` and comes last.
 */
const names: Readonly<Record<string, string>> = {
  'POST /authenticate': 'authenticate',
  'POST /kyc/entitylocker-sdk/sessions/create': 'createSdkSession',
  'GET /kyc/entitylocker-sdk/sessions/{}/status': 'sdkSessionStatus',
  'GET /kyc/entitylocker-sdk/sessions/{}/documents/{}': 'sdkSessionDocuments',
  'GET /kyc/entitylocker-sdk/sessions/{}/entity': 'sdkSessionEntity',
  'GET /kyc/entitylocker-sdk/sessions/{}/user/profile': 'sdkSessionUserProfile',
  'POST /kyc/entitylocker/sessions/init': 'initSession',
  'GET /kyc/entitylocker/sessions/{}/status': 'sessionStatus',
  'GET /kyc/entitylocker/sessions/{}/documents/{}': 'sessionDocuments',
  'GET /kyc/entitylocker/sessions/{}/entity': 'sessionEntity',
  'GET /kyc/entitylocker/sessions/{}/user/profile': 'sessionUserProfile',
  'POST /v1/sessions': 'createV1Session',
  'GET /v1/sessions': 'listV1Sessions',
  'GET /v1/sessions/{}': 'getV1Session',
  'PATCH /v1/sessions/{}': 'updateV1Session',
  'POST /v1/sessions/{}/cancel': 'cancelV1Session',
  'GET /v1/sessions/{}/consent': 'getV1Consent',
  'POST /v1/sessions/{}/withdraw': 'withdrawV1Consent',
  'POST /v1/sessions/{}/redact': 'redactV1Session',
  'POST /v1/sessions/{}/follow-up': 'followUpV1Session',
  'GET /v1/sessions/{}/consent-receipt': 'getV1ConsentReceipt',
  'GET /v1/sessions/{}/documents': 'listV1Documents',
  'GET /v1/sessions/{}/data': 'getV1Data',
};

/** Everything of `wire` that belongs into the client. */
export function clientOperations(endpoints: readonly Endpoint[] = wire.endpoints): Operation[] {
  const order = Object.values(names);
  const rank = ({ name }: Operation) => (order.includes(name) ? order.indexOf(name) : order.length);
  return endpoints
    .map((endpoint) => ({ endpoint, address: `${endpoint.method} ${endpoint.path.replace(/\{\w+\}/g, '{}')}` }))
    .filter(({ endpoint, address }) => families.includes(endpoint.family) && !leftOut.includes(address))
    .map(({ endpoint, address }) => ({
      name: names[address] ?? exportedName(endpoint),
      endpoint,
      enveloped: isEnvelope(endpoint.response as Schema),
      entity: requestEntity(endpoint.body as Schema | undefined),
    }))
    .sort((left, right) => rank(left) - rank(right));
}

function exportedName(endpoint: Endpoint): string {
  const found = Object.entries(wire).find(([, value]) => value === endpoint);
  if (!found) throw new Error(`${endpoint.method} ${endpoint.path} has no name: export it from packages/wire`);
  return found[0];
}

/** The vendor's envelope has these around `data` (sandbox-api §2.1); a page of our own API has `data` alone. */
function isEnvelope({ properties = {} }: Schema): boolean {
  return Object.keys(wire.envelopeFields).every((key) => Object.hasOwn(properties, key));
}

function requestEntity(body: Schema | undefined): string | null {
  const entity = body?.properties?.['@entity']?.const;
  return typeof entity === 'string' ? entity : null;
}
