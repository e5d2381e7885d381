import { createEntityLocker } from './entitylocker/index.ts';
import type { Upstream } from './upstream.ts';

/** Every connector: its name and its factory. A new one is one folder and one line here. */
export const connectors = {
  entitylocker: createEntityLocker,
} as const satisfies Record<string, (settings: never, deps?: never) => Upstream>;

export type ConnectorName = keyof typeof connectors;

/** What the factory of a connector takes. */
export type ConnectorSettings<Name extends ConnectorName> = Parameters<(typeof connectors)[Name]>[0];

export function isConnectorName(name: string): name is ConnectorName {
  return Object.hasOwn(connectors, name);
}
