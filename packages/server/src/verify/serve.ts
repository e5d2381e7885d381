import type { MessagePort } from 'node:worker_threads';
import { readDocument } from './data/read-document.ts';
import type { FileRequest, VerifierAnswer, VerifierMessage, VerifierRequest } from './exchange.ts';
import { judge } from './judge.ts';
import { openTrustStore, type TrustStore } from './trust-store.ts';

/** Answers requests on a thread's port, one by one, in their order. */
export function serve(port: MessagePort): void {
  const say = (answer: VerifierAnswer | null) => {
    const { user, system } = process.threadCpuUsage();
    port.postMessage({ usedMs: (user + system) / 1_000, answer } satisfies VerifierMessage);
  };
  /** By name, the version that came last. */
  const stores = new Map<string, { digest: string; store: TrustStore }>();
  const answerTo = async ({ bytes, options, wantsData, trust }: FileRequest): Promise<VerifierAnswer> => {
    const known = stores.get(trust.name);
    if (known?.digest !== trust.digest) throw new Error('the thread does not have this trust store');
    const judged = judge(Buffer.from(bytes), known.store, options);
    const { verdict, material } = judged;
    return { verdict, material, reading: wantsData ? await readDocument(judged) : null };
  };
  // Whoever asks waits for each answer; what is thrown here ends the thread, and is heard of so.
  port.on('message', async (request: VerifierRequest) => {
    if ('file' in request) return say(await answerTo(request.file));
    const { name, digest, material } = request.trustUpdate;
    stores.set(name, { digest, store: openTrustStore(material) });
    say(null);
  });
  say(null);
}
