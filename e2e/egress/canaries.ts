/**
 * Runs inside a network namespace (`in-namespace.sh`): listens on every address there, goes to each by a client without a guard and
 * by ours, and prints who was reached as JSON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, get as plainGet } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEgress } from '../../packages/server/src/egress/egress.ts';

type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

export interface Report {
  forms: { form: string; plainHits: number; guardedHits: number; failure: string; registered: boolean }[];
  allowed: { status: number; hits: number };
  ownAddress: { hits: number; failure: string };
  changingName: { registered: boolean; hits: number; failure: string };
  mixedAnswer: { registered: boolean; hits: number; failure: string };
  redirectInward: { status: number; hits: number };
  reusedSocket: { statuses: number[]; connections: number };
}

/** Hosts as they stand in a URL. Each leads to this namespace. */
const forms = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '127.255.255.254',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
  ],
  ...['0', '0.0.0.0', '127.0.0.1.', '１２７.０.０.１', '127%2e0%2e0%2e1', 'localhost', 'LOCALHOST'],
  ...[
    '10.1.2.3',
    '0x0a010203',
    '167838211',
    '012.1.2.3',
    '100.64.1.1',
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '172.16.5.4',
  ],
  ...[
    '192.0.0.8',
    '192.0.2.7',
    '192.31.196.5',
    '192.52.193.5',
    '192.88.99.5',
    '192.168.7.7',
    '192.175.48.5',
    '198.18.0.9',
  ],
  ...['198.51.100.9', '203.0.113.9', '240.0.0.1'],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:10.1.2.3]',
    '[::ffff:169.254.169.254]',
  ],
  ...[
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fec0::1]',
    '[64:ff9b::10.1.2.3]',
    '[64:ff9b:1::1]',
    '[2001::1]',
    '[2001:db8::1]',
  ],
  ...['[2002:a01:203::1]', '[3fff::1]', '[2620:4f:8000::1]', '[100::1]', '[4000::1]', '[5f00::1]'],
];
const publicAddress = '93.184.216.34';

const folder = mkdtempSync(join(tmpdir(), 'tijori-canary-'));
const [keyPath, certPath] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
execFileSync(
  'openssl',
  [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    keyPath,
    '-out',
    certPath,
    '-days',
    '1',
    '-subj',
    '/CN=canary',
  ],
  { stdio: 'ignore' },
);
let hits = 0;
const canary = createServer({ key: readFileSync(keyPath), cert: readFileSync(certPath) }, (incoming, answer) => {
  if (incoming.url === '/inward') answer.writeHead(302, { location: 'https://127.0.0.1/' }).end();
  else answer.writeHead(204).end();
});
// Every connection counts, whether or not a request comes over it.
canary.on('connection', () => {
  hits += 1;
});
await new Promise<void>((resolve) => canary.listen(443, '::', resolve));

const tls = { rejectUnauthorized: false };
const none = () => new Set<string>();
const at = (...addresses: string[]) => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const guard = (resolve?: Resolve, own: (() => ReadonlySet<string>) | undefined = none) =>
  openEgress({
    allowLoopback: false,
    ownOrigins: [],
    tls,
    ...(resolve ? { resolve } : {}),
    ...(own ? { ownAddresses: own } : {}),
  });
type Egress = ReturnType<typeof guard>;

async function countHits<Value>(work: () => Promise<Value>): Promise<{ value: Value; hits: number }> {
  const before = hits;
  const value = await work();
  return { value, hits: hits - before };
}
const get = (egress: Egress, url: string) =>
  egress.request({ method: 'GET', url, deadlineMs: 3_000, bytesMax: 1_000, excess: 'cut' });
/** What any client does. */
const withoutGuard = (url: string) =>
  new Promise<void>((done) => {
    const request = plainGet(url, { ...tls, agent: false, timeout: 3_000 }, (answer) =>
      answer.resume().on('close', done),
    );
    request.on('error', () => done()).on('timeout', () => request.destroy());
  });
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
const isRegistered = (egress: Egress, url: string) =>
  egress.check(url).then(
    () => true,
    () => false,
  );

const egress = guard();
const report: Report = { forms: [] } as unknown as Report;
for (const form of forms) {
  const url = `https://${form}/`;
  const unguarded = await countHits(() => withoutGuard(url));
  const guarded = await countHits(() => failureOf(get(egress, url)));
  report.forms.push({
    form,
    plainHits: unguarded.hits,
    guardedHits: guarded.hits,
    failure: guarded.value,
    registered: await isRegistered(egress, url),
  });
}

const allowed = await countHits(() => get(egress, `https://${publicAddress}/`));
report.allowed = { status: allowed.value.status, hits: allowed.hits };
const reused = await countHits(async () => {
  const statuses: number[] = [];
  for (let calls = 0; calls < 4; calls += 1) statuses.push((await get(egress, `https://${publicAddress}/`)).status);
  return statuses;
});
report.reusedSocket = { statuses: reused.value, connections: reused.hits };
const redirected = guard();
const inward = await countHits(() => get(redirected, `https://${publicAddress}/inward`));
report.redirectInward = { status: inward.value.status, hits: inward.hits };

// The address is a public one, and this machine has it.
const own = openEgress({ allowLoopback: false, ownOrigins: [], tls });
const ownAddress = await countHits(() => failureOf(get(own, `https://${publicAddress}/`)));
report.ownAddress = { hits: ownAddress.hits, failure: ownAddress.value };

let asked = 0;
const changing = guard(async () => at(asked++ === 0 ? publicAddress : '127.0.0.1'));
const registered = await isRegistered(changing, 'https://changing.example/');
const changed = await countHits(() => failureOf(get(changing, 'https://changing.example/')));
report.changingName = { registered, hits: changed.hits, failure: changed.value };

const mixed = guard(async () => at(publicAddress, '10.1.2.3'));
const both = await countHits(() => failureOf(get(mixed, 'https://mixed.example/')));
report.mixedAnswer = {
  registered: await isRegistered(mixed, 'https://mixed.example/'),
  hits: both.hits,
  failure: both.value,
};

for (const each of [egress, redirected, own, changing, mixed]) await each.close();
canary.closeAllConnections();
canary.close();
rmSync(folder, { recursive: true });
console.log(JSON.stringify(report));
