import type { DeliveryFault } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import type { Deps } from '../deps.ts';
import { ownEndpoint } from '../webhooks/endpoints.ts';
import { testControlsOf } from './test-controls.ts';

/** The next attempts at one of the caller's test endpoints go wrong so; `webhook_endpoint_not_found` for any other. */
export async function orderDeliveryFault(
  deps: Deps,
  caller: Caller,
  { endpointId, fault, times }: { endpointId: string; fault: DeliveryFault; times: number },
): Promise<void> {
  const { deliveryFaults } = testControlsOf(deps, caller);
  deliveryFaults.add(await ownEndpoint(deps, caller, endpointId), fault, times);
}
