import type { V1Event } from '@tijori/wire';
import type { Part } from './output.ts';
import type { Style } from './screen.ts';

/** The colour of what an event tells, by the last part of its name. */
const styles: Readonly<Record<string, Style>> = {
  succeeded: 'green',
  available: 'green',
  failed: 'red',
  cancelled: 'red',
  disabled: 'red',
  expired: 'yellow',
  withdrawn: 'yellow',
  erased: 'gray',
};

/** The colour of an event, by its name. */
export function eventStyle(type: string): Style {
  return styles[type.split('.').at(-1) ?? ''] ?? 'cyan';
}

/** An event on one line: time, name, and what it is about. */
export function eventLine({ type, timestamp, data }: V1Event): Part[] {
  const about = data.session_id ?? data.endpoint_id;
  const { type: document, code } = (data.document ?? {}) as { type?: unknown; code?: unknown };
  const reason = [data.status_reason, code, data.reason].find((each) => typeof each === 'string');
  return [
    { style: 'gray', text: `${timestamp.slice(11, 19)}  ` },
    { style: eventStyle(type), text: type.padEnd(32) },
    `  ${[about ?? '-', document, reason && `(${reason})`].filter(Boolean).join(' ')}`,
  ];
}
