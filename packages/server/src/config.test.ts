import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError, readDatabase, readStartConfig } from './config.ts';

const key = () => randomBytes(32).toString('base64');
const good = () => ({
  TIJORI_BASE_URL: 'https://consent.example.in',
  TIJORI_MASTER_KEY: key(),
  TIJORI_TOKEN_KEY: key(),
  TIJORI_LINK_KEY: key(),
  TIJORI_LIVE_CLIENT_ID: 'ABCDEF0123',
  TIJORI_LIVE_CLIENT_SECRET: 'live-client-secret-value',
});

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readStartConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults;
  }
}

test('a whole configuration is read, with the live upstream at its published address', () => {
  const config = readStartConfig(good());
  assert.equal(config.upstreams.live?.baseUrl, 'https://entity.digilocker.gov.in/public');
  assert.equal(config.upstreams.live?.refuseSimulator, true);
  assert.equal(config.upstreams.test, undefined);
  assert.deepEqual(config.limits, {
    sessionLifeMs: 3_600_000,
    apiSessionLifeMs: 86_400_000,
    retentionMs: 3_600_000,
    linkLifeMs: 3_600_000,
  });
  assert.equal(config.allowHttpReturn, false);
});

test('all that is missing is named at once', () => {
  const faults = faultsOf({}).join('\n');
  for (const name of ['TIJORI_BASE_URL', 'TIJORI_MASTER_KEY', 'TIJORI_TOKEN_KEY', 'TIJORI_LINK_KEY', 'No upstream']) {
    assert.match(faults, new RegExp(name));
  }
});

const weak: [string, string][] = [
  ['not base64', 'changeme!'],
  ['32 bytes', Buffer.from('short').toString('base64')],
  ['weak', Buffer.alloc(32, 7).toString('base64')],
  ['spells a text', Buffer.from('correct horse battery staple 123').toString('base64')],
];
for (const [reason, value] of weak) {
  test(`a weak key is refused (${reason}) and not printed`, () => {
    const [fault, ...others] = faultsOf({ ...good(), TIJORI_TOKEN_KEY: value });
    assert.match(fault ?? '', new RegExp(`TIJORI_TOKEN_KEY.*${reason}`));
    assert.ok(!fault?.includes(value));
    assert.deepEqual(others, []);
  });
}

test('one key for two uses is refused', () => {
  const same = key();
  assert.match(faultsOf({ ...good(), TIJORI_TOKEN_KEY: same, TIJORI_LINK_KEY: same }).join(), /must differ/);
});

test('a key file that others can read is refused, one of the owner alone is read', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tijori-config-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'master');
  writeFileSync(path, `${key()}\n`);
  const env = { ...good(), TIJORI_MASTER_KEY: undefined, TIJORI_MASTER_KEY_FILE: path };
  chmodSync(path, 0o644);
  assert.match(faultsOf(env).join(), /TIJORI_MASTER_KEY_FILE can be read by others/);
  chmodSync(path, 0o600);
  assert.deepEqual(faultsOf(env), []);
});

test('an empty file is no secret, whichever it is for, but for a key of before: its file stays when it has had its time', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tijori-config-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'empty');
  writeFileSync(path, ' \n', { mode: 0o600 });
  const env: Record<string, string | undefined> = {
    ...good(),
    TIJORI_TEST_UPSTREAM_URL: 'https://entity.example.in/public',
    TIJORI_TEST_CLIENT_ID: 'ABCDEF0123',
    TIJORI_TEST_CLIENT_SECRET: 'test-client-secret-value',
    TIJORI_S3_BUCKET: 'tijori-vault',
    TIJORI_S3_ACCESS_KEY_ID: 'an-access-key',
    TIJORI_S3_SECRET_ACCESS_KEY: 'a-secret-access-key',
  };
  assert.deepEqual(faultsOf(env), []);
  for (const name of [
    'TIJORI_MASTER_KEY',
    'TIJORI_LIVE_CLIENT_SECRET',
    'TIJORI_TEST_CLIENT_SECRET',
    'TIJORI_S3_ACCESS_KEY_ID',
    'TIJORI_S3_SECRET_ACCESS_KEY',
    'DATABASE_URL',
  ]) {
    const [fault, ...others] = faultsOf({ ...env, [name]: undefined, [`${name}_FILE`]: path });
    assert.equal(fault, `The file of ${name}_FILE is empty.`);
    assert.ok(name === 'TIJORI_MASTER_KEY' || others.length === 0, others.join());
  }
  assert.deepEqual(faultsOf({ ...env, TIJORI_MASTER_KEY_OLD_FILE: path }), []);
});

for (const url of [
  'http://127.0.0.1:9090/public',
  'https://localhost:9090/public',
  'https://[::1]/public',
  'https://localhost./public',
  'https://[::]/public',
  'https://[::ffff:127.0.0.1]/public',
  'https://sim.localhost/public',
  'http://entity.example.in/public',
]) {
  test(`a simulator cannot be the live upstream: ${url}`, () => {
    assert.match(faultsOf({ ...good(), TIJORI_LIVE_UPSTREAM_URL: url }).join(), /simulator cannot serve live keys/);
  });
}

test('the same address as live and as test upstream is refused: what tests use is no live source', () => {
  const url = 'https://upstream.example.in/public';
  const env = {
    ...good(),
    TIJORI_LIVE_UPSTREAM_URL: url,
    TIJORI_TEST_UPSTREAM_URL: `${url}/`,
    TIJORI_TEST_CLIENT_ID: 'T',
  };
  assert.match(faultsOf({ ...env, TIJORI_TEST_CLIENT_SECRET: 's' }).join(), /must not be the same/);
  const again = 'https://UPSTREAM.example.in:443/public';
  const written = { ...env, TIJORI_TEST_UPSTREAM_URL: again, TIJORI_TEST_CLIENT_SECRET: 's' };
  assert.match(faultsOf(written).join(), /must not be the same/);
});

test('test controls are off unless asked for, and want a test upstream; only then are scenarios sent to it', () => {
  const test = {
    TIJORI_TEST_UPSTREAM_URL: 'http://127.0.0.1:8090/public',
    TIJORI_TEST_CLIENT_ID: 'T',
    TIJORI_TEST_CLIENT_SECRET: 's',
  };
  const off = readStartConfig({ ...good(), ...test });
  assert.deepEqual([off.testControls, off.upstreams.test?.sendScenario], [false, false]);
  const on = readStartConfig({ ...good(), ...test, TIJORI_TEST_CONTROLS: 'on' });
  assert.deepEqual([on.testControls, on.upstreams.test?.sendScenario], [true, true]);
  assert.deepEqual([on.upstreams.live?.sendScenario, on.upstreams.live?.refuseSimulator], [false, true]);
  assert.match(faultsOf({ ...good(), TIJORI_TEST_CONTROLS: 'on' }).join(), /TIJORI_TEST_CONTROLS needs a simulator/);
  assert.match(faultsOf({ ...good(), TIJORI_TEST_CONTROLS: 'yes' }).join(), /TIJORI_TEST_CONTROLS must be one of/);
});

test('a base URL with a path, or plain http on the internet, is refused', () => {
  assert.match(faultsOf({ ...good(), TIJORI_BASE_URL: 'https://a.example.in/x' }).join(), /must be an origin/);
  for (const host of ['a.example.in', '127.0.0.1.example.in', '127.example.in']) {
    assert.match(faultsOf({ ...good(), TIJORI_BASE_URL: `http://${host}` }).join(), /must be https/, host);
  }
});

test('the old refresh is off unless it is switched on by its very word', () => {
  assert.equal(readStartConfig(good()).legacyAuthorize, false);
  assert.equal(readStartConfig({ ...good(), TIJORI_LEGACY_AUTHORIZE: 'on' }).legacyAuthorize, true);
  assert.match(
    faultsOf({ ...good(), TIJORI_LEGACY_AUTHORIZE: 'true' }).join(),
    /TIJORI_LEGACY_AUTHORIZE must be one of/,
  );
});

test('numbers out of range are refused by name', () => {
  assert.match(faultsOf({ ...good(), TIJORI_LINK_MINUTES: '61' }).join(), /TIJORI_LINK_MINUTES.*from 1 to 60/);
  assert.match(faultsOf({ ...good(), TIJORI_RATE_TEST: 'many' }).join(), /TIJORI_RATE_TEST/);
});

test('the way back over plain http is on or off and nothing else', () => {
  assert.equal(readStartConfig({ ...good(), TIJORI_ALLOW_HTTP_RETURN: 'on' }).allowHttpReturn, true);
  assert.match(faultsOf({ ...good(), TIJORI_ALLOW_HTTP_RETURN: 'true' }).join(), /TIJORI_ALLOW_HTTP_RETURN.*off, on/);
});

test('the vendor’s two statuses travel as they are unless the operator says otherwise', () => {
  assert.equal(readStartConfig(good()).errorStatus, 'compatible');
  assert.equal(readStartConfig({ ...good(), TIJORI_ERROR_STATUS: 'standard' }).errorStatus, 'standard');
  assert.match(faultsOf({ ...good(), TIJORI_ERROR_STATUS: '404' }).join(), /TIJORI_ERROR_STATUS must be one of/);
});

test('proxies are addresses and networks, and never everybody', () => {
  assert.deepEqual(readStartConfig(good()).proxies, []);
  const list = '10.0.0.7, 10.1.0.0/16,fd00::/8 , ::1';
  assert.deepEqual(readStartConfig({ ...good(), TIJORI_PROXIES: list }).proxies, [
    '10.0.0.7',
    '10.1.0.0/16',
    'fd00::/8',
    '::1',
  ]);
  for (const wrong of ['proxy.example', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.0/', '10.0.0.0/08', 'true', '1']) {
    assert.match(faultsOf({ ...good(), TIJORI_PROXIES: `10.0.0.7,${wrong}` }).join(), /TIJORI_PROXIES/, wrong);
  }
});

test('DATABASE_URL names a PostgreSQL; without it rows are in the data folder', () => {
  assert.equal(readStartConfig(good()).database, null);
  const DATABASE_URL = 'postgresql://tijori:canary-password@db.example.in/tijori?sslmode=verify-full';
  assert.deepEqual(readStartConfig({ ...good(), DATABASE_URL }).database, { url: DATABASE_URL, connectionsMax: 8 });
  const more = {
    TIJORI_DATABASE_OWNER_URL: 'postgres://owner@db.example.in/tijori',
    TIJORI_DATABASE_CONNECTIONS: '20',
  };
  assert.deepEqual(readDatabase({ DATABASE_URL, ...more }), {
    url: DATABASE_URL,
    ownerUrl: more.TIJORI_DATABASE_OWNER_URL,
    connectionsMax: 20,
  });
});

test('a database address that is none is refused and not printed', () => {
  for (const value of ['mysql://u:canary@host/db', 'host=db password=canary', 'postgresql//canary']) {
    const faults = faultsOf({ ...good(), DATABASE_URL: value, TIJORI_DATABASE_CONNECTIONS: '3' });
    assert.match(faults.join('\n'), /DATABASE_URL must look like/);
    assert.match(faults.join('\n'), /TIJORI_DATABASE_CONNECTIONS must be a whole number from 4/);
    assert.doesNotMatch(faults.join(), /canary/);
  }
});

const bucketSettings = {
  TIJORI_S3_BUCKET: 'tijori-vault',
  TIJORI_S3_ACCESS_KEY_ID: 'EXAMPLEKEYID',
  TIJORI_S3_SECRET_ACCESS_KEY: 'canary-secret',
};

test('a bucket is read with the address of its region', () => {
  assert.equal(readStartConfig(good()).s3, null);
  assert.deepEqual(readStartConfig({ ...good(), ...bucketSettings, TIJORI_S3_REGION: 'ap-south-1' }).s3, {
    bucket: 'tijori-vault',
    region: 'ap-south-1',
    endpoint: 'https://s3.ap-south-1.amazonaws.com',
    prefix: '',
    accessKeyId: 'EXAMPLEKEYID',
    secretAccessKey: 'canary-secret',
  });
});

for (const [name, value] of [
  ['TIJORI_S3_BUCKET', 'Not A Bucket'],
  ['TIJORI_S3_ENDPOINT', 'http://storage.example.in'],
  ['TIJORI_S3_ENDPOINT', 'https://storage.example.in/bucket'],
  ['TIJORI_S3_REGION', 'ap south'],
  ['TIJORI_S3_PREFIX', '../other'],
  ['TIJORI_S3_SECRET_ACCESS_KEY', ''],
] as const) {
  test(`a bucket with ${name} "${value}" is refused, and no key is printed`, () => {
    const faults = faultsOf({ ...good(), ...bucketSettings, [name]: value });
    assert.match(faults.join('\n'), new RegExp(name));
    assert.doesNotMatch(faults.join(), /canary|EXAMPLEKEYID/);
  });
}
