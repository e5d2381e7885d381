import type { Components } from './components.ts';
import type { Header, Reference } from './document.ts';

const text = (description: string, example: string): Header => ({
  description,
  schema: { type: 'string', examples: [example] },
});

/** Headers that many answers have, by the name that they have in the components. */
const headers = {
  TransactionId: text(
    'Name of this request in the log of the server, as in the body.',
    '6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90',
  ),
  RateLimitPolicy: text('How many calls (`q`) a key may make in how many seconds (`w`).', '"default";q=25;w=60'),
  RateLimit: text(
    'How many calls are left (`r`), and in how many seconds the count begins anew (`t`).',
    '"default";r=24;t=60',
  ),
  RetryAfter: {
    description: 'Seconds to wait before the request is worth repeating.',
    schema: { type: 'integer', examples: [60] },
  },
  IdempotentReplayed: text('`true` where this is the stored answer of an earlier request with the same key.', 'true'),
} satisfies Record<string, Header>;

/** References to shared headers, by the name that they have on the wire. */
export function sharedHeaders<Name extends string>(
  components: Components,
  named: Record<Name, keyof typeof headers>,
): Record<string, Reference> {
  return Object.fromEntries(
    Object.entries<keyof typeof headers>(named).map(([wireName, name]) => [
      wireName,
      components.share('headers', name, headers[name]),
    ]),
  );
}
