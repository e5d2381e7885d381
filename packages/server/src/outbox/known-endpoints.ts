import type { EventType } from '@tijori/wire';
import type { GatewayEvent } from '../domain/event.ts';
import {
  audienceOf,
  type EndpointSecrets,
  endpointLabel,
  hears,
  type WebhookEndpoint,
} from '../domain/webhook-endpoint.ts';
import type { Statement } from '../storage/db.ts';
import type { Stores } from '../stores/index.ts';
import type { Seal } from '../vault/seal.ts';

/** The setting that says when endpoints changed last; any other value is a change. */
const changeMark = 'webhook_endpoints_change';

/**
 * Every endpoint, in memory: what happens to a session is marked for its endpoints in the same commit, and that commit must not
 * wait for a read. Another process that changes one is heard of at the next `refresh`, so within `refreshEveryMs`.
 */
export interface KnownEndpoints {
  /** The endpoints that hear of this event, but `except`, as `audienceOf` writes them. */
  audience(event: Pick<GatewayEvent, 'workspaceId' | 'mode' | 'type'>, except?: string): string | null;
  find(id: string): WebhookEndpoint | undefined;
  /**
   * Its secrets as they were opened when it was read: a master key that is gone since then keeps nothing from being signed.
   * Throws `internal` when they do not open.
   */
  secretsOf(endpoint: WebhookEndpoint): EndpointSecrets;
  /** Goes into every commit that changes an endpoint. */
  changed(): Statement;
  /** Reads them anew if somebody changed one. */
  refresh(): Promise<void>;
}

export async function openKnownEndpoints({
  stores,
  seal,
  newId,
}: {
  stores: Stores;
  seal: Seal;
  newId: () => string;
}): Promise<KnownEndpoints> {
  let byId = new Map<string, WebhookEndpoint>();
  let byOwner = new Map<string, WebhookEndpoint[]>();
  /** By owner and type of event: thousands a second ask for the same. */
  let audiences = new Map<string, string | null>();
  /** By their sealed text, so that what did not change is not opened anew. */
  let opened = new Map<string, EndpointSecrets>();
  let mark: string | undefined;
  let isKnown = false;
  let underway: Promise<void> | undefined;

  const read = async () => {
    // The mark first: a change in between is then seen at the next look, and none is lost.
    const now = await stores.settings.get(changeMark);
    if (isKnown && now === mark) return;
    const all = await stores.webhookEndpoints.all();
    byId = new Map(all.map((endpoint) => [endpoint.id, endpoint]));
    byOwner = Map.groupBy(all, ownerOf);
    audiences = new Map();
    opened = new Map(
      all.flatMap((endpoint) => {
        const secrets = opened.get(endpoint.sealedSecrets) ?? secretsIfTheyOpen(seal, endpoint);
        return secrets ? [[endpoint.sealedSecrets, secrets]] : [];
      }),
    );
    mark = now;
    // What did not open may have been under a key that was just changed: it is read again.
    isKnown = all.every(({ sealedSecrets }) => opened.has(sealedSecrets));
  };
  const known: KnownEndpoints = {
    audience(event, except) {
      const owner = ownerOf(event);
      const endpoints = byOwner.get(owner);
      if (!endpoints) return null;
      if (except !== undefined) return heard(endpoints, event.type, except);
      const key = `${owner} ${event.type}`;
      const known = audiences.get(key);
      if (known !== undefined) return known;
      const audience = heard(endpoints, event.type);
      audiences.set(key, audience);
      return audience;
    },
    find: (id) => byId.get(id),
    secretsOf: (endpoint) => opened.get(endpoint.sealedSecrets) ?? readSecrets(seal, endpoint),
    changed: () => stores.settings.replacement(changeMark, newId()),
    async refresh() {
      // One that is under way may have begun before the change.
      while (underway) await underway;
      underway = read().finally(() => {
        underway = undefined;
      });
      await underway;
    },
  };
  await known.refresh();
  return known;
}

/** The secrets of an endpoint, as they were sealed. Throws `internal` when they do not open. */
export function readSecrets(seal: Seal, endpoint: WebhookEndpoint): EndpointSecrets {
  return JSON.parse(seal.openSmall(endpoint.sealedSecrets, endpointLabel(endpoint)).toString()) as EndpointSecrets;
}

function secretsIfTheyOpen(seal: Seal, endpoint: WebhookEndpoint): EndpointSecrets | undefined {
  try {
    return readSecrets(seal, endpoint);
  } catch {
    return undefined;
  }
}

function heard(endpoints: readonly WebhookEndpoint[], type: EventType, except?: string): string | null {
  const hearing = endpoints.filter((endpoint) => endpoint.id !== except && hears(endpoint, type));
  return audienceOf(hearing.map(({ id }) => id));
}

function ownerOf({ workspaceId, mode }: Pick<WebhookEndpoint, 'workspaceId' | 'mode'>): string {
  return `${mode} ${workspaceId}`;
}
