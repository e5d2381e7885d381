import { joinBytes } from '../join-bytes.ts';

/** What is signed (Standard Webhooks, "Signature scheme"): id, time and body, with points between. */
export function signedBytes(id: string, timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return joinBytes([new TextEncoder().encode(`${id}.${timestamp}.`), body]);
}
