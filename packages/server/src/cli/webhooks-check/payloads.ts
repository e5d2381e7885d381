import { randomUUID } from 'node:crypto';

/** A made-up event of a test session, as text. `more` is put into `data`. */
export function payload(
  { type = 'entitylocker.session.succeeded', sessionId = randomUUID(), sequence = 4, status = 'succeeded' } = {},
  more: object = {},
): string {
  const data = {
    session_id: sessionId,
    mode: 'test',
    status,
    previous_status: 'authorized',
    status_reason: null,
    sequence,
    ...more,
  };
  return JSON.stringify({ type, timestamp: new Date().toISOString(), data });
}

/** The same event in other bytes: spaces, escapes and an order of keys that no serialiser would make again. */
export function oddPayload(): string {
  const { type, timestamp, data } = JSON.parse(payload()) as { type: string; timestamp: string; data: object };
  const odd = type.replace('e', '\\u0065');
  return `{ "data" :\t${JSON.stringify({ ...data, note: '₹ 1,00,000 – é' })},\r\n  "timestamp":"${timestamp}" , "type":"${odd}" }\n`;
}
