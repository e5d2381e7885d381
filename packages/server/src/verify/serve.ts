import type { MessagePort } from 'node:worker_threads';
import { readData } from './data/read-data.ts';
import type { FileRequest, VerifierAnswer, VerifierRequest } from './exchange.ts';
import { judge } from './judge.ts';
import { openTrustStore, type TrustStore } from './trust-store.ts';

/** Answers requests on a thread's port, one by one, in their order. */
export function serve(port: MessagePort): void {
  /** By name, the version that came last. */
  const stores = new Map<string, { digest: string; store: TrustStore }>();
  const answerTo = ({ bytes, options, wantsData, trust }: FileRequest): VerifierAnswer => {
    const known = stores.get(trust.name);
    if (known?.digest !== trust.digest) throw new Error('the thread does not have this trust store');
    const { verdict, material, signedXml } = judge(Buffer.from(bytes), known.store, options);
    return { verdict, material, data: wantsData && signedXml !== null ? readData(signedXml) : null };
  };
  port.on('message', (request: VerifierRequest) => {
    if ('file' in request) return port.postMessage(answerTo(request.file));
    const { name, digest, material } = request.trustUpdate;
    stores.set(name, { digest, store: openTrustStore(material) });
    port.postMessage('ready');
  });
  port.postMessage('ready');
}
