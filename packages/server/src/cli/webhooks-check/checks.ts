import { randomUUID } from 'node:crypto';
import { oddPayload, payload } from './payloads.ts';
import { type Answer, answerMsMax, newEventId, newSecret, type Receiver } from './receiver.ts';

/** One rule for receivers, and how it is tried. */
export interface Check {
  name: string;
  /** What a right receiver does. */
  rule: string;
  /** What is wrong, or null. */
  fault: (receiver: Receiver) => Promise<string | null>;
  /** How to mend it. */
  fix: string;
}

/** Past this, ms, an answer is too slow to be the mere "I have it" that it should be. */
const promptMs = 5_000;

const said = ({ status, failure }: Answer) => (status === null ? failure : `it answered ${status}`);
const isSuccess = ({ status }: Answer) => status !== null && status >= 200 && status < 300;

/** Every answer must be a 2xx. */
function notAccepted(...answers: readonly Answer[]): string | null {
  const wrong = answers.find((answer) => !isSuccess(answer));
  return wrong ? `${said(wrong)}, not 2xx` : null;
}

/** Every answer must be a refusal that nobody repeats: 5xx is tried again for a day, and 410 switches the endpoint off. */
function notRefused(...answers: readonly Answer[]): string | null {
  for (const answer of answers) {
    if (isSuccess(answer)) return `it took it (${answer.status})`;
    if (answer.status === null || answer.status >= 500) return `${said(answer)} instead of refusing it`;
    if (answer.status === 410) return 'it answered 410, which switches the endpoint off for good';
    if (answer.status < 400) return `${said(answer)}: redirects are not followed`;
  }
  return null;
}

const verifyFix =
  'Check every delivery before you read it: base64(HMAC-SHA256(secret, `<webhook-id>.<webhook-timestamp>.<raw body>`)) must be one of the v1 signatures of webhook-signature, compared in constant time. verify of @tijori/client/webhooks does it, and so do the standardwebhooks libraries. Answer 400 or 401 otherwise.';

/** All rules, in the order in which they are tried. The first one is the gate to the rest. */
export const checks: readonly Check[] = [
  {
    name: 'accepts',
    rule: 'a right delivery is answered with 2xx',
    fault: async (receiver) => notAccepted(await receiver.send({ body: payload() })),
    fix: 'Answer 2xx to a POST whose signature is right. Is it the right address, and is the secret the one of this endpoint (whsec_ and base64; the key is what the base64 stands for)?',
  },
  {
    name: 'raw body',
    rule: 'the signature is checked over the bytes as they came',
    fault: async (receiver) => notAccepted(await receiver.send({ body: oddPayload() })),
    fix: 'Verify over the raw body, before anything parses it: JSON.stringify of the parsed body has other bytes. Express: express.raw({ type: "application/json" }) on this route; Fastify: a content type parser with parseAs "buffer"; Next and Hono: await request.text(). The receivers of @tijori/client/webhooks do it for each of them.',
  },
  {
    name: 'no signature',
    rule: 'a delivery without a signature is refused',
    fault: async ({ send }) =>
      notRefused(
        await send({ body: payload(), headers: { 'webhook-signature': undefined } }),
        await send({ body: payload(), headers: { 'webhook-signature': '' } }),
      ),
    fix: verifyFix,
  },
  {
    name: 'wrong signature',
    rule: 'a signature by another secret is refused',
    fault: async ({ send }) =>
      notRefused(
        await send({ body: payload(), secrets: [newSecret()] }),
        await send({ body: payload(), headers: { 'webhook-signature': 'v1,AAAA' } }),
      ),
    fix: verifyFix,
  },
  {
    name: 'tampered body',
    rule: 'a body that was changed on the way is refused',
    fault: async ({ send }) => {
      const body = payload();
      return notRefused(await send({ body: body.replace('"succeeded"', '"failed"'), signedAs: { body } }));
    },
    fix: `The signature must cover the whole body. ${verifyFix}`,
  },
  {
    name: 'replayed id',
    rule: 'an old body under another webhook-id is refused',
    fault: async ({ send }) =>
      notRefused(await send({ body: payload(), id: newEventId(), signedAs: { id: newEventId() } })),
    fix: 'The id is part of what is signed: put the webhook-id of this very request in front, `<webhook-id>.<webhook-timestamp>.<body>`. Else whoever saw one delivery can send it again as a new event.',
  },
  {
    name: 'stale',
    rule: 'a delivery signed ten minutes ago is refused',
    fault: async ({ send }) => notRefused(await send({ body: payload(), skewSeconds: -600 })),
    fix: 'Refuse a webhook-timestamp more than 5 minutes old, also where its signature is right: it may have been recorded.',
  },
  {
    name: 'from the future',
    rule: 'a delivery signed ten minutes ahead is refused',
    fault: async ({ send }) => notRefused(await send({ body: payload(), skewSeconds: 600 })),
    fix: 'Refuse a webhook-timestamp more than 5 minutes ahead, too: compare the distance, not only the age.',
  },
  {
    name: 'time skew',
    rule: 'a clock that is two minutes off is borne',
    fault: async ({ send }) =>
      notAccepted(
        await send({ body: payload(), skewSeconds: -120 }),
        await send({ body: payload(), skewSeconds: 120 }),
      ),
    fix: 'Bear 5 minutes of difference either way: clocks differ. webhook-timestamp is in seconds, not ms.',
  },
  {
    name: 'rotation',
    rule: 'one right signature among several is enough',
    fault: async ({ send, secret }) => {
      const id = newEventId();
      return notAccepted(
        await send({ id, body: payload(), secrets: [newSecret(), secret] }),
        await send({ id: newEventId(), body: payload(), secrets: [secret, newSecret()] }),
      );
    },
    fix: 'Split webhook-signature at its spaces and accept if any v1 signature fits: while a secret is rotated, there is one of each.',
  },
  {
    name: 'duplicate',
    rule: 'an event that comes again is answered with 2xx',
    fault: async ({ send }) => {
      const again = { id: newEventId(), body: payload() };
      return notAccepted(await send(again), await send(again));
    },
    fix: 'Deliveries are at least once. Remember each webhook-id (with a unique index, in the transaction of its effect), and answer 2xx without acting where it is known. That you act once cannot be seen from here: test it.',
  },
  {
    name: 'duplicate at once',
    rule: 'the same event twice at the same moment is answered with 2xx twice',
    fault: async ({ send }) => {
      const twin = { id: newEventId(), body: payload() };
      return notAccepted(...(await Promise.all([send(twin), send(twin)])));
    },
    fix: 'Two deliveries of one event can meet. Let the unique index on webhook-id decide, and take its violation for "known already" instead of an error.',
  },
  {
    name: 'reorder',
    rule: 'a later event of a session may come before an earlier one',
    fault: async ({ send }) => {
      const sessionId = randomUUID();
      const late = payload({ sessionId, sequence: 4 });
      const early = payload({ type: 'entitylocker.session.authorized', sessionId, sequence: 3, status: 'authorized' });
      return notAccepted(await send({ body: late }), await send({ body: early }));
    },
    fix: 'Events can overtake each other. Answer 2xx, and leave out what an event with a higher data.sequence has told already; or ask the API for the state.',
  },
  {
    name: 'unknown event',
    rule: 'an event of a type that it does not know is answered with 2xx',
    fault: async ({ send }) => notAccepted(await send({ body: payload({ type: 'entitylocker.session.postponed' }) })),
    fix: 'New types come with new versions. Answer 2xx to those that you have no use for; an error is tried again for a day, and then the endpoint is switched off.',
  },
  {
    name: 'unknown field',
    rule: 'a field that it does not know does not disturb it',
    fault: async ({ send }) => notAccepted(await send({ body: payload({}, { postponed_until: 1_763_800_000_000 }) })),
    fix: 'Read the fields that you need and leave the others: payloads may get new ones.',
  },
  {
    name: 'slow sender',
    rule: 'a body that comes in parts is waited for',
    fault: async ({ send }) => notAccepted(await send({ body: payload(), pauseMs: 800 })),
    fix: 'Read the body to its end before you check it: a network may bring it in parts, with pauses.',
  },
  {
    name: 'prompt',
    rule: `it answers within ${promptMs / 1000} s`,
    fault: async ({ send }) => {
      const answer = await send({ body: payload() });
      const seconds = (answer.durationMs / 1000).toFixed(1);
      return answer.durationMs > promptMs ? `it took ${seconds} s` : notAccepted(answer);
    },
    fix: `Put the event into a queue of yours, answer, and work afterwards: after ${answerMsMax / 1000} s the delivery counts as failed and comes again.`,
  },
];
