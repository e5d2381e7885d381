import { createElement, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { createEntityLocker, type EntityLocker } from './entity-locker.ts';
import type { EntityLockerEvent, Outcome } from './events.ts';
import type { EntityLockerOptions, OpenOptions } from './options.ts';

export type { EntityLockerEvent, EntityLockerOptions, Outcome };

/** What the hook takes: the settings of a handle, and who hears its events. */
export interface UseEntityLockerOptions extends EntityLockerOptions {
  /** Hears every event. A new function at each render costs nothing. */
  onEvent?: (event: EntityLockerEvent) => void;
  /** Go on by itself with a session for which the person left this page in the same tab. Default: true. */
  resume?: boolean;
  /** Hears how such a session came out. */
  onResume?: (outcome: Outcome) => void;
}

/** What the hook gives. */
export interface UseEntityLocker {
  /** Call it in the click. Until the session id is there, pass `null`: nothing happens. */
  open: (sessionId: string | null, options?: OpenOptions) => Promise<Outcome | null>;
  /** Closes what is on show, without a question. */
  close: () => void;
  /** Something is on show. */
  isOpen: boolean;
}

/**
 * A handle for as long as the component is there. React 18 and 19; works under strict mode, and renders nothing on a server.
 *
 * @example
 * const { open, isOpen } = useEntityLocker({ baseUrl, apiKey, onEvent: (event) => event.type === 'completed' && refresh() });
 * return <button disabled={isOpen} onClick={() => open(sessionId)}>Add your business</button>;
 */
export function useEntityLocker(options: UseEntityLockerOptions): UseEntityLocker {
  const { baseUrl, apiKey, mode } = options;
  const locker = useRef<EntityLocker | null>(null);
  // The newest ones, so that a handle need not be made anew for each render's functions.
  const newest = useRef(options);
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    newest.current = options;
  });
  useEffect(() => {
    const made = createEntityLocker({ ...newest.current, baseUrl, apiKey, ...(mode && { mode }) });
    made.on('*', (event) => {
      if (event.type === 'opened') setIsOpen(true);
      if (event.type === 'closed') setIsOpen(false);
      newest.current.onEvent?.(event);
    });
    locker.current = made;
    // Strict mode takes the first handle down at once: it must not use up what the second is to go on with.
    const soon = setTimeout(() => {
      const { resume, onResume } = newest.current;
      if (resume !== false) void made.resume()?.then((outcome) => onResume?.(outcome));
    });
    return () => {
      clearTimeout(soon);
      locker.current = null;
      made.destroy();
      setIsOpen(false);
    };
  }, [baseUrl, apiKey, mode]);
  return {
    open: async (sessionId, more) => {
      if (sessionId === null || !locker.current) return null;
      const { brand, theme, locale } = newest.current;
      return locker.current.open(sessionId, { ...said({ brand, theme, locale }), ...more });
    },
    close: () => locker.current?.close(),
    isOpen,
  };
}

export interface EntityLockerButtonProps extends UseEntityLockerOptions {
  /** `null` while your server has not answered yet: the button is disabled. */
  sessionId: string | null;
  /** Hears how each opening came out, also one from before the person left the page in the same tab. */
  onOutcome?: (outcome: Outcome) => void;
  children?: ReactNode;
  className?: string;
}

/**
 * A plain button that shows the consent page of a session.
 *
 * @example <EntityLockerButton baseUrl={baseUrl} apiKey={apiKey} sessionId={id} onOutcome={({ result }) => next(result)} />
 */
export function EntityLockerButton(props: EntityLockerButtonProps): ReactElement {
  const { sessionId, onOutcome, children = 'Add your business', className, ...options } = props;
  const { open } = useEntityLocker({ ...options, ...(onOutcome && { onResume: onOutcome }) });
  const onClick = async () => {
    const outcome = await open(sessionId);
    if (outcome) onOutcome?.(outcome);
  };
  return createElement('button', { type: 'button', className, disabled: sessionId === null, onClick }, children);
}

/** Without the ones that are not said. */
function said(look: { [K in keyof OpenOptions]: OpenOptions[K] | undefined }): OpenOptions {
  return Object.fromEntries(Object.entries(look).filter(([, value]) => value !== undefined));
}
