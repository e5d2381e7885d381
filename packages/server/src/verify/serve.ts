import type { MessagePort } from 'node:worker_threads';
import { readData } from './data/read-data.ts';
import type { VerifierAnswer, VerifierRequest } from './exchange.ts';
import { judge } from './judge.ts';
import { openTrustStore, type TrustStore } from './trust-store.ts';

/** Answers requests on a thread's port, one by one, in their order. */
export function serve(port: MessagePort): void {
  /** By name, the version that came last. */
  const stores = new Map<string, { digest: string; store: TrustStore }>();
  const storeFor = ({ trust }: VerifierRequest): TrustStore => {
    if (trust.material) stores.set(trust.name, { digest: trust.digest, store: openTrustStore(trust.material) });
    const known = stores.get(trust.name);
    if (known?.digest !== trust.digest) throw new Error('the thread does not have this trust store');
    return known.store;
  };
  port.on('message', (request: VerifierRequest) => {
    const { verdict, material, signedXml } = judge(Buffer.from(request.bytes), storeFor(request), request.options);
    const data = request.wantsData && signedXml !== null ? readData(signedXml) : null;
    port.postMessage({ verdict, material, data } satisfies VerifierAnswer);
  });
  port.postMessage('ready');
}
