/** How long a stop may take before the process goes anyway, ms (acceptance I4). What is acknowledged is on disk by then. */
const stopMsMax = 10_000;

/**
 * A signal this soon after the first is its echo, ms: npm passes on what the whole process group was sent already, and
 * Ctrl+C reaches both.
 */
const echoMs = 1_000;

/** SIGTERM and SIGINT drain and exit 0; a second one, or too slow a drain, exits 1 at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stoppingSinceMs: number | undefined;
  const onSignal = () => {
    if (stoppingSinceMs !== undefined) {
      if (performance.now() - stoppingSinceMs > echoMs) process.exit(1);
      return;
    }
    stoppingSinceMs = performance.now();
    setTimeout(() => process.exit(1), stopMsMax).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error instanceof Error ? error.message : String(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
