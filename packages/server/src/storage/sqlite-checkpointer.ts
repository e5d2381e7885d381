import { parentPort, workerData } from 'node:worker_threads';
import { checkpoint, openForWriting } from './sqlite-connection.ts';

/**
 * The worker that folds the log into the database while the writer goes on writing to the log's end. It answers each order when all
 * that was in the log by then stands in the database, on disk, or says why it does not. A fold takes 40 to 160 ms, most of it waiting for the disk: on the
 * writer's own thread all writes would wait with it (sqlite.org/wal.html, section 2.3: a passive checkpoint blocks nobody).
 */
if (parentPort) {
  const port = parentPort;
  const connection = openForWriting(workerData.path as string);
  port.on('message', (order: 'fold' | 'close') => {
    if (order === 'fold') {
      port.postMessage(checkpoint(connection));
      return;
    }
    connection.close();
    port.close();
  });
}
