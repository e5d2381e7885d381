import type { EventType } from '@tijori/wire';
import type { GatewayEvent } from '../domain/event.ts';
import { hears, type WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { Statement } from '../storage/db.ts';
import type { Stores } from '../stores/index.ts';

/** The setting that says when endpoints changed last; any other value is a change. */
const changeMark = 'webhook_endpoints_change';

/**
 * Every endpoint, in memory: what happens to a session is queued for its endpoints in the same commit, and that commit must not
 * wait for a read. Another process that changes one is heard of at the next `refresh`, so within `refreshEveryMs`.
 */
export interface KnownEndpoints {
  /** Ids of the endpoints that hear of this event. */
  hearing(event: Pick<GatewayEvent, 'workspaceId' | 'mode' | 'type'>): readonly string[];
  find(id: string): WebhookEndpoint | undefined;
  /** Goes into every commit that changes an endpoint. */
  changed(): Statement;
  /** Reads them anew if somebody changed one. */
  refresh(): Promise<void>;
}

export async function openKnownEndpoints({
  stores,
  newId,
}: {
  stores: Stores;
  newId: () => string;
}): Promise<KnownEndpoints> {
  let byId = new Map<string, WebhookEndpoint>();
  let byOwner = new Map<string, WebhookEndpoint[]>();
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
    mark = now;
    isKnown = true;
  };
  const known: KnownEndpoints = {
    hearing: (event) => heard(byOwner.get(ownerOf(event)), event.type),
    find: (id) => byId.get(id),
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

const nobody: readonly string[] = [];

function heard(endpoints: readonly WebhookEndpoint[] | undefined, type: EventType): readonly string[] {
  return endpoints ? endpoints.filter((endpoint) => hears(endpoint, type)).map(({ id }) => id) : nobody;
}

function ownerOf({ workspaceId, mode }: Pick<WebhookEndpoint, 'workspaceId' | 'mode'>): string {
  return `${mode} ${workspaceId}`;
}
