import { createEntityLocker, type EntityLocker } from './entity-locker.ts';
import type { EntityLockerEvent, Outcome } from './events.ts';
import type { EntityLockerOptions, OpenOptions } from './options.ts';

/** What of React is used; 18 and 19 have it alike. */
export interface ReactLike {
  createElement(type: string, props: object | null, ...children: unknown[]): unknown;
  useEffect(effect: () => undefined | (() => void), deps: readonly unknown[]): void;
  useRef<T>(initial: T): { current: T };
  useState<T>(initial: T): [T, (value: T) => void];
}

/** What the hook takes: the settings of a handle, and who hears its events. */
export interface UseEntityLockerOptions extends EntityLockerOptions {
  onEvent?: (event: EntityLockerEvent) => void;
  /** Go on by itself with a session for which the person left this page in the same tab. Default: true. */
  resume?: boolean;
}

/** What the hook gives. */
export interface UseEntityLocker {
  /** Call it in the click. Until the session id is there, pass `null`: nothing happens. */
  open: (sessionId: string | null, options?: OpenOptions) => Promise<Outcome | null>;
  close: () => void;
  /** Something is on show. */
  isOpen: boolean;
}

export interface EntityLockerButtonProps extends UseEntityLockerOptions {
  /** `null` while your server has not answered yet: the button is disabled. */
  sessionId: string | null;
  onOutcome?: (outcome: Outcome) => void;
  children?: unknown;
  className?: string;
}

/** The hook and the component, over a React that is handed in. */
export function bindReact(react: ReactLike) {
  const useEntityLocker = (options: UseEntityLockerOptions): UseEntityLocker => {
    const { baseUrl, apiKey, mode } = options;
    const locker = react.useRef<EntityLocker | null>(null);
    // The newest ones, so that a handle need not be made anew for each render's functions.
    const newest = react.useRef(options);
    newest.current = options;
    const [isOpen, setIsOpen] = react.useState(false);
    react.useEffect(() => {
      const made = createEntityLocker(newest.current);
      made.on('*', (event) => {
        if (event.type === 'opened') setIsOpen(true);
        if (event.type === 'closed') setIsOpen(false);
        newest.current.onEvent?.(event);
      });
      locker.current = made;
      if (newest.current.resume !== false) void made.resume();
      return () => {
        locker.current = null;
        made.destroy();
      };
    }, [baseUrl, apiKey, mode]);
    return {
      open: async (sessionId, more) => {
        if (sessionId === null || !locker.current) return null;
        const { brand, theme, locale } = newest.current;
        return locker.current.open(sessionId, { ...lookOf({ brand, theme, locale }), ...more });
      },
      close: () => locker.current?.close(),
      isOpen,
    };
  };
  const EntityLockerButton = ({ sessionId, onOutcome, children, className, ...options }: EntityLockerButtonProps) => {
    const { open } = useEntityLocker(options);
    const onClick = async () => {
      const outcome = await open(sessionId);
      if (outcome) onOutcome?.(outcome);
    };
    return react.createElement(
      'button',
      { type: 'button', className, disabled: sessionId === null, onClick },
      children ?? 'Add your business',
    );
  };
  return { useEntityLocker, EntityLockerButton };
}

/** Without the ones that are not said. */
function lookOf(look: { [K in keyof OpenOptions]: OpenOptions[K] | undefined }): OpenOptions {
  return Object.fromEntries(Object.entries(look).filter(([, value]) => value !== undefined));
}
