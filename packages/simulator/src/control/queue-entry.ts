import { type Reader, readerOf } from '../personas/reader.ts';
import type { Point } from '../scenario.ts';
import type { QueuedAnswer, QueueEntry } from '../scenarios/queue.ts';

/** Most requests that one entry may be for. */
const timesMax = 1000;

/** Places of the calls that a client makes; the pages have the scenarios. */
const points = [
  'authorize',
  'token',
  'revoke',
  'user',
  'entity_details',
  'issued',
  'uploaded',
  'file',
  'xml',
  'upload',
] as const satisfies readonly Point[];

/** Node writes these itself; a wrong one would break the connection instead of the answer. */
const framing = new Set(['content-length', 'transfer-encoding', 'connection', 'trailer', 'x-entitylocker-simulator']);

const statusReason = 'must be a status from 200 to 599';
const kinds = ['answer', 'delay', 'silence', 'reset'] as const;

/**
 * Reads `{ point?, workspace?, times?, answer: { kind, status?, headers?, body? } }`; every fault goes into `faults` and
 * the result must then not be used. A `body` that is an object is sent as JSON, a text as it is.
 */
export function readQueueEntry(value: unknown, clientId: string, faults: string[]): QueueEntry {
  const reader = readerOf(value, 'body', faults);
  const match = {
    clientId,
    ...(reader.has('point') && { point: reader.oneOf('point', points) }),
    ...(reader.has('workspace') && { workspace: reader.text('workspace') }),
  };
  const reason = `must be a whole number from 1 to ${timesMax}`;
  const times = reader.has('times') ? reader.whole('times', reason) : 1;
  if (times < 1 || times > timesMax) reader.fault('times', reason);
  const answer = readAnswer(reader.object('answer'));
  reader.end();
  return { match, answer, times };
}

function readAnswer(reader: Reader): QueuedAnswer {
  const kind = reader.oneOf('kind', kinds);
  if (kind !== 'answer') {
    reader.end();
    return { kind };
  }
  const status = reader.whole('status', statusReason);
  if (status < 200 || status > 599) reader.fault('status', statusReason);
  const headers = readHeaders(reader);
  const body = reader.raw('body') ?? {};
  reader.end();
  if (typeof body === 'string') return { kind, status, headers: { 'content-type': 'text/plain', ...headers }, body };
  return { kind, status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function readHeaders(reader: Reader): Record<string, string> {
  const headers: Record<string, string> = {};
  const given = reader.raw('headers') ?? {};
  const isList = typeof given !== 'object' || Array.isArray(given);
  if (isList) reader.fault('headers', 'must be an object');
  for (const [name, value] of Object.entries(isList ? {} : given)) {
    const isHeader = /^[A-Za-z0-9-]{1,64}$/.test(name) && typeof value === 'string' && /^[\x20-\x7e]*$/.test(value);
    if (isHeader && !framing.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
    else reader.fault('headers', 'must be header names with values of ASCII, and none of the framing');
  }
  return headers;
}
