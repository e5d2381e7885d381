import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { TestGateway } from './gateway.ts';

interface Key {
  apiKey: string;
  apiSecret: string;
  workspaceId: string;
  token: string;
}

/** A token as an attacker sends it, and what is wrong with it. */
export interface ForgedToken {
  what: string;
  token: string;
}

type Claims = Record<string, unknown>;

const b64 = (text: string) => Buffer.from(text).toString('base64url');
const trueHeader = '{"typ":"JWT","alg":"HS256"}';

/** Makes tokens as somebody with our own key could, from texts, so that they can be malformed. For tests only. */
export function forger(gateway: TestGateway, key: Key) {
  const seconds = () => Math.floor(gateway.clock.nowMs / 1000);
  const claims = (change: Claims = {}): Claims => ({
    workspace_id: key.workspaceId,
    api_key: key.apiKey,
    mode: 'test',
    intent: 'ACCESS_TOKEN',
    iss: 'tijori',
    aud: 'API',
    sub: key.apiKey,
    iat: seconds(),
    exp: seconds() + 86_400,
    ...change,
  });
  const forge = (payload: string, header = trueHeader, hash = 'sha256', secret?: Buffer) => {
    const signed = `${b64(header)}.${b64(payload)}`;
    const mac = createHmac(hash, secret ?? gateway.config.secrets.tokenKey).update(signed);
    return `${signed}.${mac.digest('base64url')}`;
  };
  return { claims, forge, forged: (change: Claims = {}) => forge(JSON.stringify(claims(change))), seconds };
}

type Forger = ReturnType<typeof forger>;

/** Acceptance A3: every one of them is refused by every operation that wants a token. */
export function forgedTokens(gateway: TestGateway, key: Key, other: Key): ForgedToken[] {
  const tools = forger(gateway, key);
  return [
    ...wrongHeaders(tools, gateway.config.secrets.linkKey),
    ...wrongClaims(tools, key),
    ...doubledClaims(tools, other),
    ...noTokens(key),
  ];
}

function wrongHeaders({ claims, forge }: Forger, linkKey: Buffer): ForgedToken[] {
  const payload = JSON.stringify(claims());
  const none = ['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg) => {
    const header = JSON.stringify({ typ: 'JWT', alg });
    return [
      { what: `alg "${alg}", no signature`, token: `${b64(header)}.${b64(payload)}.` },
      { what: `alg "${alg}", signed`, token: forge(payload, header) },
    ];
  });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  const rsHeader = JSON.stringify({ typ: 'JWT', alg: 'RS256', jwk });
  const rsSigned = `${b64(rsHeader)}.${b64(payload)}`;
  const esHeader = '{"typ":"JWT","alg":"ES256"}';
  const with256 = (more: object) => JSON.stringify({ typ: 'JWT', alg: 'HS256', ...more });
  const pem = Buffer.from(publicKey.export({ format: 'pem', type: 'spki' }));
  return [
    ...none,
    { what: 'HS512 with our key', token: forge(payload, '{"typ":"JWT","alg":"HS512"}', 'sha512') },
    { what: 'HS384 with our key', token: forge(payload, '{"typ":"JWT","alg":"HS384"}', 'sha384') },
    { what: 'RS256', token: `${rsSigned}.${sign('sha256', Buffer.from(rsSigned), privateKey).toString('base64url')}` },
    { what: 'RS256 header over our HMAC', token: forge(payload, rsHeader) },
    { what: 'HS256 with a public key as its secret', token: forge(payload, with256({ jwk }), 'sha256', pem) },
    { what: 'ES256 of zeros', token: `${b64(esHeader)}.${b64(payload)}.${Buffer.alloc(64).toString('base64url')}` },
    { what: 'unknown crit', token: forge(payload, with256({ crit: ['x'], x: 1 })) },
    { what: 'another typ', token: forge(payload, with256({ typ: 'at+jwt' })) },
    { what: 'no typ', token: forge(payload, '{"alg":"HS256"}') },
    { what: 'no alg', token: forge(payload, '{"typ":"JWT"}') },
    { what: 'header is a list', token: forge(payload, '[]') },
    { what: 'another key', token: forge(payload, undefined, undefined, randomBytes(32)) },
    { what: 'an empty key', token: forge(payload, undefined, undefined, Buffer.alloc(0)) },
    { what: 'the key of the links', token: forge(payload, undefined, undefined, linkKey) },
    {
      what: 'a key that a kid leads to',
      token: forge(payload, with256({ kid: '../../dev/null' }), 'sha256', Buffer.alloc(0)),
    },
    {
      what: 'a key from the kid',
      token: forge(payload, with256({ kid: "' or 1=1" }), 'sha256', Buffer.from("' or 1=1")),
    },
    { what: 'a key from elsewhere', token: forge(payload, with256({ jku: 'https://keys.example' }), 'sha256', pem) },
  ];
}

function wrongClaims({ forged, seconds }: Forger, key: Key): ForgedToken[] {
  const nobody = `key_test_${'0'.repeat(32)}`;
  const wrong: Record<string, Claims> = {
    'another audience': { aud: 'WEB' },
    'no audience': { aud: undefined },
    'another issuer': { iss: 'prod1-api.sandbox.co.in' },
    'no issuer': { iss: undefined },
    'another intent': { intent: 'REFRESH_TOKEN' },
    'no intent': { intent: undefined },
    'no expiry': { exp: undefined },
    'expiry as text': { exp: String(seconds() + 60) },
    'no issue time': { iat: undefined },
    'not yet valid': { nbf: seconds() + 1 },
    'no workspace': { workspace_id: undefined },
    'workspace of another type': { workspace_id: 1 },
    'a workspace that the key is not of': { workspace_id: '00000000-0000-4000-8000-000000000000' },
    'another mode word': { mode: 'prod' },
    'no mode': { mode: undefined },
    'no subject': { sub: undefined },
    'subject of another key': { sub: nobody },
    'key of another subject': { api_key: nobody },
    'a key that does not exist': { sub: nobody, api_key: nobody },
    'a list of subjects': { sub: [key.apiKey] },
  };
  return Object.entries(wrong).map(([what, change]) => ({ what, token: forged(change) }));
}

/** The same claim twice, of which readers take the first or the last. */
function doubledClaims({ claims, forge }: Forger, other: Key): ForgedToken[] {
  const text = JSON.stringify(claims());
  const first = text.replace('{', `{"sub":"${other.apiKey}",`).replace(/"aud"/, '"api_key":"x","aud"');
  return [
    { what: 'a doubled key', token: forge(first) },
    { what: 'a doubled subject', token: forge(text.replace(/}$/, `,"sub":"${other.apiKey}"}`)) },
    { what: 'a doubled workspace', token: forge(text.replace(/}$/, `,"workspace_id":"${other.workspaceId}"}`)) },
  ];
}

function noTokens(key: Key): ForgedToken[] {
  const [header, payload, signature] = key.token.split('.');
  const tokens = [
    '',
    ' ',
    '.',
    '..',
    '...',
    'null',
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `${header}.${payload}.${signature}.`,
    `${header}.${payload}.${signature}.x.y`,
    `${header}..${signature}`,
    `${payload}.${header}.${signature}`,
    `${key.token}A`,
    key.token.toLowerCase(),
    `${header}.${payload}.${'A'.repeat(43)}`,
    key.apiKey,
    key.apiSecret,
    'x'.repeat(100_000),
    `${header}.${'A'.repeat(100_000)}.${signature}`,
  ];
  return tokens.map((token) => ({ what: `no token: ${token.slice(0, 40)}`, token }));
}
