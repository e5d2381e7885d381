import type { Socket } from 'node:net';

/** So many connections whose requests come in piece by piece are read from at a time … */
const readAtOnce = 64;
/** … for so long, ms; then it is the turn of the next. */
const slotMs = 50;

type Connection = Pick<Socket, 'pause' | 'resume' | 'destroyed' | 'bytesRead' | 'bytesWritten'>;

/**
 * Connections over which requests dawdle: something came, and again something, and there was still nothing to answer. What they send is read in turns, a few
 * connections at a time: the piece of a slow body costs as much as half a request, and thousands of such clients, who often send in one moment, would
 * fill turns of the event loop in which others wait. A body of honest size loses nothing by it: the system keeps what has come until it is read.
 */
export function slowSenders(after: (ms: number, then: () => void) => void = unrefTimer) {
  /** In the order in which they are read; with what had been written when they were found slow. */
  const waiting = new Map<Connection, number>();
  const reading = new Map<Connection, number>();
  let isPlanned = false;

  const plan = () => {
    if (isPlanned || waiting.size === 0) return;
    isPlanned = true;
    after(slotMs, nextSlot);
  };
  const nextSlot = () => {
    isPlanned = false;
    for (const [connection, written] of reading) {
      reading.delete(connection);
      // Whoever has an answer is as good as anybody.
      if (connection.destroyed || connection.bytesWritten !== written) continue;
      connection.pause();
      waiting.set(connection, written);
    }
    fill();
    plan();
  };
  const fill = () => {
    for (const [connection, written] of waiting) {
      if (reading.size >= readAtOnce) return;
      waiting.delete(connection);
      if (connection.destroyed) continue;
      connection.resume();
      reading.set(connection, written);
    }
  };
  return {
    get count() {
      return waiting.size + reading.size;
    },
    has: (connection: Connection): boolean => waiting.has(connection) || reading.has(connection),
    add(connection: Connection): void {
      if (reading.size < readAtOnce) return void reading.set(connection, connection.bytesWritten);
      connection.pause();
      waiting.set(connection, connection.bytesWritten);
      plan();
    },
    /** It is gone, or has its answer. */
    remove(connection: Connection): void {
      reading.delete(connection);
      if (waiting.delete(connection) && !connection.destroyed) connection.resume();
    },
  };
}

function unrefTimer(ms: number, then: () => void): void {
  setTimeout(then, ms).unref();
}
