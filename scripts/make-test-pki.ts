/**
 * Makes the test PKI under packages/simulator/src/pki/certificates/. Run once; its output is checked in, so that no
 * start-up and no test generates keys. Why it looks as it does: docs/decisions/0007-test-pki.md.
 *
 *   node scripts/make-test-pki.ts --replace
 *
 * Needs `openssl` 3, and `certutil` and `crlutil` (apt install libnss3-tools) for the trust list that pdfsig reads.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const out = join(import.meta.dirname, '../packages/simulator/src/pki/certificates');

/** From before any document is signed until after anybody looks. Years from 2050 on need a GeneralizedTime. */
const longLife = { from: '20000101000000Z', to: '20991231235959Z' };
const longGone = { from: '20000101000000Z', to: '20011231235959Z' };
const revokedAt = '010101000000Z';
/** No specimen is signed before this day, so that "expired" and "revoked" are true at signing as well as today. */
const listFrom = '20020101000000Z';

const organisation = 'TEST - not a government authority';
const commonNames = {
  root: 'Tijori TEST root (not a government authority)',
  'issuing-ca': 'Tijori TEST issuing CA',
  mca: 'MCA specimen signer (TEST)',
  gstn: 'GSTN specimen signer (TEST)',
  msme: 'MSME specimen signer (TEST)',
} as const;
type Holder = keyof typeof commonNames;
const signers = ['mca', 'gstn', 'msme'] as const;

/** RFC 5280 profiles; the identifiers let a verifier tell two authorities of one name apart. */
const profiles = {
  root: 'basicConstraints=critical,CA:TRUE,pathlen:1\nkeyUsage=critical,keyCertSign,cRLSign',
  ca: 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign',
  signer: 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation',
};

const keyNote = [
  'PUBLIC KNOWLEDGE. This private key is printed in the repository of Tijori, for specimen documents of a simulator.',
  'A signature made with it proves nothing. Trust it nowhere but in tests.',
].join('\n');

/** What it printed; an error with what it complained about. */
function run(program: 'openssl' | 'certutil' | 'crlutil', ...args: string[]): string {
  return execFileSync(program, args, { stdio: 'pipe', encoding: 'utf8' });
}

function openssl(...args: string[]): string {
  return run('openssl', ...args);
}

interface Authority {
  folder: string;
  /** Where `openssl ca` keeps its list of issued certificates. */
  ledger: string;
  name: string;
}

interface Order {
  name: string;
  holder: Holder;
  profile: keyof typeof profiles;
  serial: string;
  life: { from: string; to: string };
}

const { values } = parseArgs({ options: { replace: { type: 'boolean', default: false } } });
if (existsSync(out) && !values.replace) {
  process.stderr.write(`${out} is there already; --replace makes all keys anew.\n`);
  process.exit(2);
}
rmSync(out, { recursive: true, force: true });
const scratch = mkdtempSync(join(tmpdir(), 'tijori-pki-'));
try {
  makeTrusted(join(out, 'trusted'));
  makeStranger(join(out, 'stranger'));
  makeTrustList(join(out, 'trusted'), join(out, 'nss'));
  makeTrustStore(join(out, 'trusted'), join(out, '../trust-store'));
} finally {
  rmSync(scratch, { recursive: true });
}

function makeTrusted(folder: string): void {
  const { root, ca } = makeAuthorities(folder);
  signers.forEach((holder, index) => {
    issue(ca, { name: holder, holder, profile: 'signer', serial: `10${index}1`, life: longLife });
    issue(ca, { name: `${holder}-expired`, holder, profile: 'signer', serial: `10${index}2`, life: longGone });
    issue(ca, { name: `${holder}-revoked`, holder, profile: 'signer', serial: `10${index}3`, life: longLife });
    revoke(ca, `${holder}-revoked`);
  });
  writeList(root);
  writeList(ca);
}

/** Every name and serial number as in the trusted one, every key another. */
function makeStranger(folder: string): void {
  const { ca } = makeAuthorities(folder);
  signers.forEach((holder, index) => {
    issue(ca, { name: holder, holder, profile: 'signer', serial: `10${index}1`, life: longLife });
  });
}

function makeAuthorities(folder: string): { root: Authority; ca: Authority } {
  mkdirSync(folder, { recursive: true });
  const root = openAuthority(folder, 'root');
  issue(root, { name: 'root', holder: 'root', profile: 'root', serial: '01', life: longLife });
  const ca = openAuthority(folder, 'issuing-ca');
  issue(root, { name: 'issuing-ca', holder: 'issuing-ca', profile: 'ca', serial: '02', life: longLife });
  return { root, ca };
}

function openAuthority(folder: string, name: string): Authority {
  const ledger = mkdtempSync(join(scratch, `${name}-`));
  for (const file of ['index.txt', 'index.txt.attr']) writeFileSync(join(ledger, file), '');
  writeFileSync(join(ledger, 'crlnumber'), '01\n');
  return { folder, ledger, name };
}

function issue(authority: Authority, order: Order): void {
  const { folder, ledger, name: issuer } = authority;
  const key = join(folder, `${order.name}.key.pem`);
  const pem = openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048');
  writeFileSync(key, `${keyNote}\n${pem}`);
  const subject = `/C=IN/O=${organisation}/CN=${commonNames[order.holder]}`;
  const request = join(ledger, `${order.name}.csr`);
  openssl('req', '-new', '-config', configOf(authority), '-key', key, '-subj', subject, '-out', request);
  writeFileSync(join(ledger, 'serial'), `${order.serial}\n`);
  const signedBy = order.name === issuer ? ['-selfsign'] : ['-cert', join(folder, `${issuer}.crt.pem`)];
  const keyed = ['-keyfile', join(folder, `${issuer}.key.pem`), ...signedBy];
  const dated = ['-startdate', order.life.from, '-enddate', order.life.to];
  const how = ['-batch', '-notext', '-md', 'sha256', '-extensions', `${order.profile}_profile`];
  const files = ['-in', request, '-out', join(folder, `${order.name}.crt.pem`)];
  openssl('ca', '-config', configOf(authority), ...how, ...keyed, ...dated, ...files);
}

function revoke(authority: Authority, name: string): void {
  const index = join(authority.ledger, 'index.txt');
  const cert = join(authority.folder, `${name}.crt.pem`);
  openssl('ca', '-config', configOf(authority), ...authorityFiles(authority), '-revoke', cert);
  // `openssl ca` takes the present moment; a verifier that looks at the day of signing must find it revoked as well.
  writeFileSync(index, readFileSync(index, 'utf8').replace(/^(R\t\d+Z\t)\d{12}Z/gm, `$1${revokedAt}`));
}

function writeList(authority: Authority): void {
  const dated = ['-crl_lastupdate', listFrom, '-crl_nextupdate', longLife.to];
  const to = join(authority.folder, `${authority.name}.crl.pem`);
  openssl('ca', '-config', configOf(authority), ...authorityFiles(authority), '-gencrl', ...dated, '-out', to);
}

function authorityFiles({ folder, name }: Authority): string[] {
  return ['-cert', join(folder, `${name}.crt.pem`), '-keyfile', join(folder, `${name}.key.pem`), '-md', 'sha256'];
}

function configOf({ ledger }: Authority): string {
  const file = join(ledger, 'openssl.cnf');
  const identifiers = 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always';
  const sections = Object.entries(profiles).map(([name, lines]) => `[${name}_profile]\n${lines}\n${identifiers}`);
  writeFileSync(
    file,
    `[ca]\ndefault_ca=here
[here]\ndatabase=${ledger}/index.txt\nserial=${ledger}/serial\ncrlnumber=${ledger}/crlnumber\nnew_certs_dir=${ledger}
policy=policy\nunique_subject=no\npreserve=yes\ncrl_extensions=list
[policy]\ncountryName=supplied\norganizationName=supplied\ncommonName=supplied
[list]\nauthorityKeyIdentifier=keyid:always
[req]\ndistinguished_name=name\nprompt=no\nstring_mask=utf8only
[name]\n${sections.join('\n')}\n`,
  );
  return file;
}

/** What a verifier is given that trusts the specimens in tests; who signs what stands in its `signers.json`, by hand. */
function makeTrustStore(trusted: string, folder: string): void {
  for (const file of ['root.crt.pem', 'root.crl.pem', 'issuing-ca.crl.pem']) {
    writeFileSync(join(folder, file), readFileSync(join(trusted, file)));
  }
}

/** pdfsig trusts what an NSS database trusts: here the root, and the revocation list of the issuing CA with it. */
function makeTrustList(trusted: string, folder: string): void {
  const made = mkdtempSync(join(scratch, 'nss-'));
  const database = ['-d', `sql:${made}`];
  const root = join(trusted, 'root.crt.pem');
  run('certutil', '-N', ...database, '--empty-password');
  run('certutil', '-A', ...database, '-n', 'TEST root', '-t', 'CT,C,C', '-a', '-i', root);
  const ca = join(trusted, 'issuing-ca.crt.pem');
  run('certutil', '-A', ...database, '-n', 'TEST issuing CA', '-t', ',,', '-a', '-i', ca);
  const list = join(scratch, 'list.crl');
  openssl('crl', '-in', join(trusted, 'issuing-ca.crl.pem'), '-outform', 'DER', '-out', list);
  run('crlutil', '-I', ...database, '-i', list);
  mkdirSync(folder, { recursive: true });
  for (const file of ['cert9.db', 'key4.db']) {
    writeFileSync(join(folder, file), readFileSync(join(made, file)));
  }
}
