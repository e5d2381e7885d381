import { randomBytes } from 'node:crypto';
import { type EventType, secretOverlapHours, webhookEndpointsMax } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import {
  type EndpointSecrets,
  endpointLabel,
  rotatedSecrets,
  type WebhookEndpoint,
} from '../../domain/webhook-endpoint.ts';
import { DestinationRefused } from '../../egress/destination.ts';
import { readSecrets } from '../../outbox/known-endpoints.ts';
import { secretPrefix } from '../../outbox/sign.ts';
import type { Statement } from '../../storage/db.ts';
import type { EndpointChange } from '../../stores/webhook-endpoints.ts';
import type { Deps } from '../deps.ts';

/** Random bytes of a secret (Standard Webhooks: 24 to 64). */
const secretBytes = 32;
/** How often a rotation is tried anew when somebody else replaced the secrets meanwhile. */
const triesMax = 4;
/** Rows of a removed endpoint's log that go with it at once; the clockwork takes the rest. */
const removedAtOnce = 1_000;

export interface EndpointWish {
  url: string;
  events: readonly EventType[] | null;
  description: string | null;
  vendorSignature: boolean;
}

/** An endpoint and the secret that was made for it, which is shown this once. */
export interface MadeEndpoint {
  endpoint: WebhookEndpoint;
  secret: string;
}

/** Rejects with `destination_refused` that names the rule an address breaks, or `webhook_endpoints_full`; then nothing is stored. */
export async function createEndpoint(deps: Deps, caller: Caller, wish: EndpointWish): Promise<MadeEndpoint> {
  await checkUrl(deps, wish.url);
  const id = `whe_${deps.newId().replaceAll('-', '')}`;
  const secret = newSecret();
  const endpoint: WebhookEndpoint = {
    ...wish,
    id,
    workspaceId: caller.workspaceId,
    mode: caller.mode,
    enabled: true,
    disabledReason: null,
    failingSinceMs: null,
    sealedSecrets: sealed(deps, { id, workspaceId: caller.workspaceId }, { current: secret, previous: null }),
    secretOverlapUntilMs: null,
    createdAtMs: deps.now(),
  };
  const outcome = await change(deps, [deps.stores.webhookEndpoints.insertion(endpoint, webhookEndpointsMax)]);
  if (outcome === 'conflict') throw new AppError('webhook_endpoints_full');
  return { endpoint, secret };
}

/** The caller's own endpoint, or `webhook_endpoint_not_found`. */
export async function ownEndpoint(
  { stores }: Pick<Deps, 'stores'>,
  caller: Caller,
  id: string,
): Promise<WebhookEndpoint> {
  const endpoint = await stores.webhookEndpoints.findOwn(caller, id);
  if (!endpoint) throw new AppError('webhook_endpoint_not_found');
  return endpoint;
}

/** Changes what the caller says, and leaves the rest to whoever changes it at the same time. */
export async function updateEndpoint(
  deps: Deps,
  caller: Caller,
  id: string,
  wish: EndpointChange,
): Promise<WebhookEndpoint> {
  await ownEndpoint(deps, caller, id);
  if (wish.url !== undefined) await checkUrl(deps, wish.url);
  const outcome = await change(deps, [deps.stores.webhookEndpoints.change(id, wish)]);
  if (outcome === 'conflict') throw new AppError('webhook_endpoint_not_found');
  return ownEndpoint(deps, caller, id);
}

/** A new secret; each before it signs as well until a day after it was replaced. */
export async function rotateSecret(deps: Deps, caller: Caller, id: string): Promise<MadeEndpoint> {
  const secret = newSecret();
  for (let tries = 0; tries < triesMax; tries += 1) {
    const from = await ownEndpoint(deps, caller, id);
    const nowMs = deps.now();
    const to = {
      sealedSecrets: sealed(deps, from, rotatedSecrets(from, readSecrets(deps.seal, from), { secret, nowMs })),
      secretOverlapUntilMs: nowMs + secretOverlapHours * 3_600_000,
    };
    const outcome = await change(deps, [deps.stores.webhookEndpoints.rotation(from, to)]);
    if (outcome === 'committed') return { endpoint: { ...from, ...to }, secret };
  }
  throw new AppError('internal', { detail: 'the secrets of an endpoint changed at each attempt to change them' });
}

/** It, its secrets and its log. */
export async function removeEndpoint(deps: Deps, caller: Caller, id: string): Promise<void> {
  await ownEndpoint(deps, caller, id);
  const outcome = await change(deps, [
    deps.stores.webhookEndpoints.removal(id),
    deps.stores.webhookDeliveries.removal(id, undefined, removedAtOnce),
  ]);
  if (outcome === 'conflict') throw new AppError('webhook_endpoint_not_found');
}

/** Commits, and sees to it that this process knows of it before anybody is answered. */
async function change({ stores, outbox }: Deps, changes: readonly Statement[]) {
  const outcome = await stores.commit([...changes, outbox.endpoints.changed()]);
  if (outcome === 'committed') {
    await outbox.endpoints.refresh();
    outbox.expect();
  }
  return outcome;
}

async function checkUrl({ egress }: Deps, url: string): Promise<void> {
  try {
    await egress.check(url);
  } catch (error) {
    if (!(error instanceof DestinationRefused)) throw error;
    throw new AppError('destination_refused', {
      detail: error.rule,
      faults: [{ pointer: '/url', message: error.message }],
    });
  }
}

function newSecret(): string {
  return `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`;
}

function sealed(
  { seal }: Deps,
  endpoint: Pick<WebhookEndpoint, 'id' | 'workspaceId'>,
  secrets: EndpointSecrets,
): string {
  return seal.sealSmall(JSON.stringify(secrets), endpointLabel(endpoint));
}
