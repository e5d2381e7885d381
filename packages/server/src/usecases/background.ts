/** Work that goes on after the request that began it was answered. Whoever stops the gateway waits for it. */
export interface Background {
  /** `work` must not reject: nobody is left to hear it. */
  begin(work: Promise<void>): void;
  /** From now on `stopping` is true. */
  halt(): void;
  /** Halts, and resolves when nothing is under way. */
  stop(): Promise<void>;
  /** Long work looks here between two steps. */
  readonly stopping: boolean;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function openBackground(): Background {
  const underway = new Set<Promise<void>>();
  let stopping = false;
  const idle = async () => {
    while (underway.size > 0) await Promise.all(underway);
  };
  return {
    begin(work) {
      const tracked = work.finally(() => underway.delete(tracked));
      underway.add(tracked);
    },
    halt() {
      stopping = true;
    },
    stop() {
      stopping = true;
      return idle();
    },
    get stopping() {
      return stopping;
    },
    idle,
  };
}
