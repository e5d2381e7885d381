// Where a thread of the embedded database begins: the writer, or the checkpointer beside it. Plain JavaScript for the reason
// given in bin/tijori.js: each thread has a compile cache, and a type stripper, of its own.
import { enableCompileCache, flushCompileCache } from 'node:module';
import { workerData } from 'node:worker_threads';

enableCompileCache();

await (workerData.role === 'checkpointer' ? import('./sqlite-checkpointer.ts') : import('./sqlite-writer.ts'));
flushCompileCache();
