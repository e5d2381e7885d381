import type { V1Event } from '@tijori/wire';
import { type Answer, openReceiver } from './webhooks-check/receiver.ts';

/** Sends events on as the gateway delivers them: the same body, id and signature. */
export function openForwarding(to: { url: string; secret: string; signal: AbortSignal }) {
  const receiver = openReceiver(to);
  return {
    /** One attempt. Rejects only where the signal ended it. */
    forward: ({ id, type, timestamp, data }: V1Event): Promise<Answer> =>
      receiver.send({ id, body: JSON.stringify({ type, timestamp, data }) }),
    close: () => receiver.close(),
  };
}
