// Where a verifier's thread begins. Plain JavaScript for the reason given in bin/tijori.js: each thread has a compile
// cache, and a type stripper, of its own.
import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';

enableCompileCache();
setTimeout(flushCompileCache, 3_000).unref();

const { serve } = await import('./serve.ts');
serve(parentPort);
