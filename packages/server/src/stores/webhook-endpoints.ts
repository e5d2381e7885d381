import type { EndpointDisabledReason, EventType } from '@tijori/wire';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { Db, Row, Statement, Value } from '../storage/db.ts';

const columns =
  'id, workspace_id, mode, url, events, description, vendor_signature, enabled, disabled_reason, failing_since_ms, sealed_secrets, secret_overlap_until_ms, created_at_ms';

type Owner = Pick<WebhookEndpoint, 'workspaceId' | 'mode'>;
/** An endpoint at the address that was called. */
type Called = Pick<WebhookEndpoint, 'id' | 'url'>;
type EndpointSecretsSealed = Pick<WebhookEndpoint, 'sealedSecrets' | 'secretOverlapUntilMs'>;

/** What an integrator can change; what is left out stays. */
export type EndpointChange = Partial<
  Pick<WebhookEndpoint, 'url' | 'events' | 'description' | 'vendorSignature' | 'enabled'>
>;

export function webhookEndpointsStore(db: Db) {
  return {
    /** Those of every workspace: there are few for each. */
    async all(): Promise<WebhookEndpoint[]> {
      return (await db.all(`select ${columns} from webhook_endpoints`, [])).map(fromRow);
    },
    /** Oldest first. */
    async listOwn({ workspaceId, mode }: Owner): Promise<WebhookEndpoint[]> {
      const rows = await db.all(
        `select ${columns} from webhook_endpoints where workspace_id = $1 and mode = $2 order by created_at_ms, id`,
        [workspaceId, mode],
      );
      return rows.map(fromRow);
    },
    async findOwn({ workspaceId, mode }: Owner, id: string): Promise<WebhookEndpoint | undefined> {
      const row = await db.get(
        `select ${columns} from webhook_endpoints where id = $1 and workspace_id = $2 and mode = $3`,
        [id, workspaceId, mode],
      );
      return row && fromRow(row);
    },
    /** Conflicts when its workspace and mode have as many as `max`. */
    insertion: (endpoint: WebhookEndpoint, max: number): Statement => ({
      sql: `insert into webhook_endpoints (${columns})
            select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from workspaces
            where id = $14 and
              (select count(*) from webhook_endpoints where workspace_id = $15 and mode = $16) < $17`,
      params: [...valuesOf(endpoint), endpoint.workspaceId, endpoint.workspaceId, endpoint.mode, max],
      expectRows: 1,
    }),
    /** Conflicts when there is none. */
    change,
    /** Conflicts when its secrets were replaced meanwhile. */
    rotation: (from: Pick<WebhookEndpoint, 'id' | 'sealedSecrets'>, to: EndpointSecretsSealed): Statement => ({
      sql: `update webhook_endpoints set sealed_secrets = $1, secret_overlap_until_ms = $2
            where id = $3 and sealed_secrets = $4`,
      params: [to.sealedSecrets, to.secretOverlapUntilMs, from.id, from.sealedSecrets],
      expectRows: 1,
    }),
    removal: (id: string): Statement => ({
      sql: 'delete from webhook_endpoints where id = $1',
      params: [id],
      expectRows: 1,
    }),
    /** Notes the first failure after a success; later ones change nothing, nor do those of an address that it no longer has. */
    firstFailure: ({ id, url }: Called, atMs: number): Statement => ({
      sql: 'update webhook_endpoints set failing_since_ms = $1 where id = $2 and url = $3 and failing_since_ms is null',
      params: [atMs, id, url],
    }),
    recovery: ({ id, url }: Called): Statement => ({
      sql: 'update webhook_endpoints set failing_since_ms = null where id = $1 and url = $2 and failing_since_ms is not null',
      params: [id, url],
    }),
    /** Conflicts when it is off already, has moved, or, where that is the reason, is no longer failing since then. */
    disabling: (
      { id, url, failingSinceMs }: Called & Pick<WebhookEndpoint, 'failingSinceMs'>,
      reason: EndpointDisabledReason,
    ): Statement => ({
      sql: `update webhook_endpoints set enabled = 0, disabled_reason = $1
            where id = $2 and url = $3 and enabled = 1${reason === 'failing' ? ' and failing_since_ms = $4' : ''}`,
      params: [reason, id, url, ...(reason === 'failing' ? [failingSinceMs] : [])],
      expectRows: 1,
    }),
  };
}

/**
 * Writes what it names and nothing else, so that what others change at the same time stays. At another address, or switched on, an
 * endpoint has a new five days.
 */
function change(id: string, wish: EndpointChange): Statement {
  const params: Value[] = [];
  const bound = (value: Value) => `$${params.push(value)}`;
  const set = Object.entries(settings(wish)).flatMap(([column, value]) =>
    value === undefined ? [] : [`${column} = ${bound(value)}`],
  );
  const goesOn = [
    ...(wish.url === undefined ? [] : [`url = ${bound(wish.url)}`]),
    ...(wish.enabled ? ['enabled = 1'] : []),
  ].join(' and ');
  if (goesOn) set.push(`failing_since_ms = case when ${goesOn} then failing_since_ms end`);
  if (wish.enabled) set.push('disabled_reason = null');
  return {
    sql: `update webhook_endpoints set ${set.join(', ')} where id = ${bound(id)}`,
    params,
    expectRows: 1,
  };
}

/** In the order of `columns`. */
function valuesOf(endpoint: WebhookEndpoint): Value[] {
  return [
    endpoint.id,
    endpoint.workspaceId,
    endpoint.mode,
    endpoint.url,
    eventsText(endpoint.events),
    endpoint.description,
    endpoint.vendorSignature ? 1 : 0,
    endpoint.enabled ? 1 : 0,
    endpoint.disabledReason,
    endpoint.failingSinceMs,
    endpoint.sealedSecrets,
    endpoint.secretOverlapUntilMs,
    endpoint.createdAtMs,
  ];
}

/** By column. */
function settings({ url, events, description, vendorSignature, enabled }: EndpointChange) {
  const bit = (value: boolean | undefined) => (value === undefined ? undefined : Number(value));
  return {
    url,
    events: events === undefined ? undefined : eventsText(events),
    description,
    vendor_signature: bit(vendorSignature),
    enabled: bit(enabled),
  };
}

function eventsText(events: WebhookEndpoint['events']): string | null {
  return events === null ? null : JSON.stringify(events);
}

function fromRow(row: Row): WebhookEndpoint {
  const textOrNull = (name: string) => (row[name] === null ? null : String(row[name]));
  const numberOrNull = (name: string) => (row[name] === null ? null : Number(row[name]));
  return {
    id: String(row.id),
    workspaceId: String(row.workspace_id),
    mode: row.mode === 'live' ? 'live' : 'test',
    url: String(row.url),
    events: row.events ? (JSON.parse(String(row.events)) as EventType[]) : null,
    description: textOrNull('description'),
    vendorSignature: Number(row.vendor_signature) === 1,
    enabled: Number(row.enabled) === 1,
    disabledReason: textOrNull('disabled_reason') as EndpointDisabledReason | null,
    failingSinceMs: numberOrNull('failing_since_ms'),
    sealedSecrets: String(row.sealed_secrets),
    secretOverlapUntilMs: numberOrNull('secret_overlap_until_ms'),
    createdAtMs: Number(row.created_at_ms),
  };
}
