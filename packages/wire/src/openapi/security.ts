import type { Credentials, Endpoint } from '../endpoints/index.ts';

const header = (name: string, description: string) => ({ type: 'apiKey', in: 'header', name, description }) as const;

const schemes = {
  apiKey: header('x-api-key', 'API key; it begins with `key_test_` or `key_live_`.'),
  apiSecret: header('x-api-secret', 'Secret of the API key. For a server of yours alone.'),
  accessToken: header(
    'authorization',
    'Access token of this very key, from `/authenticate`: as it is, or after `Bearer`. Good for 24 hours.',
  ),
  sdkToken: header('authorization', 'Token of one session in one browser, at most one hour old.'),
} as const;

type SchemeName = keyof typeof schemes;

/** What has to go with a call, all of it. */
const needed: Record<Credentials, readonly SchemeName[]> = {
  key_and_secret: ['apiKey', 'apiSecret'],
  key_and_token: ['apiKey', 'accessToken'],
  key: ['apiKey'],
  key_and_sdk_token: ['apiKey', 'sdkToken'],
  none: [],
};

/** `security` of an operation; an empty list says that it wants nothing. */
export function securityOf({ credentials }: Endpoint): Record<string, string[]>[] {
  const names = needed[credentials];
  return names.length === 0 ? [] : [Object.fromEntries(names.map((name) => [name, []]))];
}

/** The schemes that some operation wants. */
export function securitySchemes(endpoints: readonly Endpoint[]) {
  const used = new Set(endpoints.flatMap(({ credentials }) => needed[credentials]));
  return Object.fromEntries(Object.entries(schemes).filter(([name]) => used.has(name as SchemeName)));
}
