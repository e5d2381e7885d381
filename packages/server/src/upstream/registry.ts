import { createEntityLocker } from './entitylocker/index.ts';
import type { Upstream } from './upstream.ts';

/** Every connector: its name and its factory, whose first parameter is its settings. A new one is one folder and one line here. */
export const connectors = {
  entitylocker: createEntityLocker,
} as const satisfies Record<string, (settings: never, deps?: never) => Upstream>;

export type ConnectorName = keyof typeof connectors;

export function isConnectorName(name: string): name is ConnectorName {
  return Object.hasOwn(connectors, name);
}
