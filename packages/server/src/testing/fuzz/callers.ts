import fc from 'fast-check';
import type { FuzzOperation } from './operations.ts';
import type { FuzzWorld } from './world.ts';

/** Who calls, and whether that is somebody whom the operation lets in. */
export interface Caller {
  headers: Record<string, string>;
  good: boolean;
  /** The one session that a browser may call for, and where it stands in the path. */
  sessionParam?: { index: number; part: { value: string; good: boolean } };
}

/** Mostly the right credentials; else some that are missing, garbage or another's. */
export function callersFor(operation: FuzzOperation, world: FuzzWorld): fc.Arbitrary<Caller> {
  const wanted = new Set(operation.credentials);
  if (wanted.size === 0) return fc.constant({ headers: {}, good: true });
  const wrong = wrongHeaders(wanted, world).map((headers): Caller => ({ headers, good: false }));
  const right = rightCallers(wanted, world);
  if (right.length === 0) return fc.constantFrom(...wrong);
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
}

function rightCallers(wanted: ReadonlySet<string>, { key, browsers }: FuzzWorld): Caller[] {
  if (wanted.has('sdkToken')) {
    return browsers.map(({ sessionId, headers }) => ({
      headers,
      good: true,
      sessionParam: { index: 0, part: { value: sessionId, good: true } },
    }));
  }
  const headers: Record<string, string> = { 'x-api-key': key.apiKey };
  if (wanted.has('apiSecret')) return [{ headers: { ...headers, 'x-api-secret': key.apiSecret }, good: true }];
  if (!wanted.has('accessToken')) return [{ headers, good: true }];
  return [key.token, `Bearer ${key.token}`].map((authorization) => ({
    headers: { ...headers, authorization },
    good: true,
  }));
}

function wrongHeaders(wanted: ReadonlySet<string>, { key, stranger }: FuzzWorld): Record<string, string>[] {
  const nobody = `key_test_${'0'.repeat(32)}`;
  const always: Record<string, string>[] = [
    {},
    { 'x-api-key': '' },
    { 'x-api-key': `${key.apiKey}0` },
    { 'x-api-key': nobody },
  ];
  if (wanted.size === 1) return always;
  const second = wanted.has('apiSecret') ? 'x-api-secret' : 'authorization';
  const own = wanted.has('apiSecret') ? key.apiSecret : key.token;
  const others = wanted.has('apiSecret') ? stranger.apiSecret : stranger.token;
  return [
    ...always,
    { 'x-api-key': key.apiKey },
    { [second]: own },
    { 'x-api-key': key.apiKey, [second]: 'garbage' },
    { 'x-api-key': key.apiKey, [second]: others },
    { 'x-api-key': key.apiKey, [second]: `${own}x` },
    { 'x-api-key': nobody, [second]: own },
  ];
}
