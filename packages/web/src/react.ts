import * as React from 'react';
import {
  bindReact,
  type EntityLockerButtonProps,
  type UseEntityLocker,
  type UseEntityLockerOptions,
} from './react-bindings.ts';

const bound = bindReact(React);

/**
 * A handle for as long as the component is there. Works under strict mode, and renders nothing on a server.
 *
 * @example
 * const { open, isOpen } = useEntityLocker({ baseUrl, apiKey, onEvent: (event) => event.type === 'completed' && refresh() });
 * return <button disabled={isOpen} onClick={() => open(sessionId)}>Add your business</button>;
 */
export const useEntityLocker: (options: UseEntityLockerOptions) => UseEntityLocker = bound.useEntityLocker;

/**
 * A plain button that shows the consent page of a session.
 *
 * @example <EntityLockerButton baseUrl={baseUrl} apiKey={apiKey} sessionId={id} onOutcome={({ result }) => next(result)} />
 */
export const EntityLockerButton = bound.EntityLockerButton as (props: EntityLockerButtonProps) => React.ReactElement;

export type { EntityLockerButtonProps, UseEntityLocker, UseEntityLockerOptions };
