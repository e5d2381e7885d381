// Where the writer's thread begins. Plain JavaScript for the reason given in bin/tijori.js: each thread has a compile
// cache, and a type stripper, of its own.
import { enableCompileCache, flushCompileCache } from 'node:module';

enableCompileCache();
setTimeout(flushCompileCache, 3_000).unref();

await import('./sqlite-writer.ts');
