import { type EndpointDisabledReason, type EventType, signingSecretsMax } from '@tijori/wire';
import type { Mode } from './session.ts';

/** Where an integrator hears of events. */
export interface WebhookEndpoint {
  /** `whe_` and 32 hex digits. */
  id: string;
  workspaceId: string;
  mode: Mode;
  url: string;
  /** Null: all. */
  events: readonly EventType[] | null;
  description: string | null;
  vendorSignature: boolean;
  enabled: boolean;
  /** Why the gateway itself switched it off. */
  disabledReason: EndpointDisabledReason | null;
  /** Since when no delivery has succeeded. */
  failingSinceMs: number | null;
  /** `EndpointSecrets`, sealed. */
  sealedSecrets: string;
  /** Until when the secret before the present one signs as well. */
  secretOverlapUntilMs: number | null;
  createdAtMs: number;
}

export interface EndpointSecrets {
  current: string;
  /** The one before it, which signs until `secretOverlapUntilMs`. */
  previous: string | null;
  /** Those before that one which had their time still, the newest first. Left out by versions that forgot them. */
  earlier?: readonly ReplacedSecret[];
}

type Overlap = Pick<WebhookEndpoint, 'secretOverlapUntilMs'>;

interface ReplacedSecret {
  secret: string;
  /** Until when it signs as well. */
  untilMs: number;
}

/** An endpoint without a success for this long is switched off when an event has used up its attempts, ms. */
export const failingMsMax = 5 * 24 * 3_600_000;

/** Whether an event goes there. */
export function hears({ enabled, events }: Pick<WebhookEndpoint, 'enabled' | 'events'>, type: EventType): boolean {
  return enabled && (events === null || events.includes(type));
}

/** Secrets that sign now, the newest first. */
export function signingSecrets(endpoint: Overlap, secrets: EndpointSecrets, nowMs: number): string[] {
  return [secrets.current, ...overlapping(endpoint, secrets, nowMs).map(({ secret }) => secret)];
}

/** With `secret` as the present one. Each that a receiver may still have keeps its time, but for the oldest of too many. */
export function rotatedSecrets(
  endpoint: Overlap,
  secrets: EndpointSecrets,
  { secret, nowMs }: { secret: string; nowMs: number },
): EndpointSecrets {
  const earlier = overlapping(endpoint, secrets, nowMs).slice(0, signingSecretsMax - 2);
  return { current: secret, previous: secrets.current, earlier };
}

function overlapping(
  { secretOverlapUntilMs }: Overlap,
  { previous, earlier = [] }: EndpointSecrets,
  nowMs: number,
): ReplacedSecret[] {
  const last = previous === null ? [] : [{ secret: previous, untilMs: secretOverlapUntilMs ?? 0 }];
  return [...last, ...earlier].filter(({ untilMs }) => nowMs < untilMs);
}

/** Those who hear of an event, as one text that is the same for the same endpoints; null for nobody. */
export function audienceOf(endpointIds: readonly string[]): string | null {
  return endpointIds.length === 0 ? null : endpointIds.toSorted().join(',');
}

/** The ids of an audience. */
export function endpointsIn(audience: string): string[] {
  return audience.split(',');
}

/** What an endpoint's sealed secrets belong to. */
export function endpointLabel({ workspaceId, id }: Pick<WebhookEndpoint, 'workspaceId' | 'id'>) {
  return { workspaceId, kind: 'webhook-secrets', objectId: id, version: 1 };
}
