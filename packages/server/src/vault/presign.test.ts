import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../domain/app-error.ts';
import { createPresign, type LinkRequest, type LinkSubject, type LinkTerms, linkLifetimeMaxMs } from './presign.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const keys = new Map([
  ['a', randomBytes(32)],
  ['b', randomBytes(32)],
]);
const presign = createPresign({ keyring: { currentKeyId: 'a', keys } });
const request: LinkRequest = { method: 'GET', path: '/vault/documents/7e57d004-2b97-4e7a-b45f-5387367791cd' };
const subject: LinkSubject = {
  workspaceId: 'w1',
  documentId: '7e57d004-2b97-4e7a-b45f-5387367791cd',
  version: 1,
  contentType: 'application/pdf',
  filename: 'company_master_details.pdf',
};
const terms: LinkTerms = { expiresAtMs: nowMs + 600_000, disposition: 'attachment' };
const query = presign.sign(request, subject, terms, nowMs);

const check = (raw: string, atMs = nowMs, asked = request, row = subject, by = presign) =>
  by.parse(raw, atMs).verify(asked, row);

function assertRefused(action: () => unknown, what?: string): void {
  assert.throws(
    action,
    (error) => {
      assert.ok(error instanceof AppError, String(error));
      assert.deepEqual([error.code, error.publicMessage], ['link_refused', 'Link is invalid or has expired']);
      return true;
    },
    what,
  );
}

describe('pre-signed links', () => {
  it('give back the row and the terms, all verified', () => {
    assert.deepEqual(check(query), { ...subject, ...terms });
  });

  it('keep workspace, version, file name and type out of the query', () => {
    assert.match(query, /^key=a&expires=\d{13}&disposition=attachment&signature=[A-Za-z0-9_-]{43}$/);
  });

  it('refuse another method, path or spelling of the path', () => {
    const paths = [
      `${request.path}/`,
      request.path.toUpperCase(),
      request.path.replace('v', '%76'),
      `/${request.path}`,
      '',
      `${request.path}?`,
    ];
    const asked = paths
      .map((path) => ({ ...request, path }))
      .concat(['HEAD', 'POST', 'get', ''].map((method) => ({ ...request, method })));
    for (const other of asked) assertRefused(() => check(query, nowMs, other), JSON.stringify(other));
  });

  it('refuse another workspace, document, version, type or file name', () => {
    const rows: Partial<LinkSubject>[] = [
      { workspaceId: 'w2' },
      { documentId: 'other' },
      { version: 2 },
      { contentType: 'text/html' },
      { filename: 'x.html' },
      { workspaceId: `w1${subject.documentId}`, documentId: '' },
    ];
    for (const change of rows)
      assertRefused(() => check(query, nowMs, request, { ...subject, ...change }), JSON.stringify(change));
  });

  it('refuse a changed expiry, key id, disposition or signature', () => {
    const changes: [RegExp | string, string][] = [
      [/expires=(\d+)/, `expires=${terms.expiresAtMs + 1}`],
      [/expires=(\d+)/, `expires=${terms.expiresAtMs - 1}`],
      ['key=a', 'key=b'],
      ['key=a', 'key=c'],
      ['attachment', 'inline'],
      [/signature=.*/, `signature=${'A'.repeat(43)}`],
    ];
    for (const [from, to] of changes) assertRefused(() => check(query.replace(from, to)), to);
  });

  it('refuse parameters that are unknown, missing, repeated, reordered, empty or encoded otherwise', () => {
    const parts = query.split('&');
    const variants = [
      '',
      `?${query}`,
      `${query}&`,
      `&${query}`,
      `${query}&a=b`,
      `a=b&${query}`,
      `${query}#`,
      `${query} `,
      `${query}\n`,
      query.toUpperCase(),
      parts.toReversed().join('&'),
      query.replace('key', '%6bey'),
      query.replace('=a&', '=%61&'),
      query.replace('&', ';'),
      query.replace('&', '&&'),
      query.replace('expires=', 'expires=0'),
      query.replace('expires=', 'expires=+'),
      query.replace(/expires=\d+/, 'expires=1.8e12'),
      query.replace(/expires=\d+/, 'expires=99999999999999999999'),
      query.replace('key', '__proto__'),
    ];
    for (const [at, part] of parts.entries()) {
      variants.push(
        parts.toSpliced(at, 1).join('&'),
        [...parts, part].join('&'),
        parts.toSpliced(at, 0, part).join('&'),
      );
      variants.push(parts.toSpliced(at, 1, part.replace(/=.*/, '=')).join('&'));
    }
    for (const variant of variants) assertRefused(() => check(variant), variant);
  });

  it('refuse every other character in the place of any', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=&%+';
    fc.assert(
      fc.property(fc.nat(query.length - 1), fc.constantFrom(...alphabet), (at, other) => {
        fc.pre(query[at] !== other);
        assertRefused(() => check(query.slice(0, at) + other + query.slice(at + 1)));
      }),
      { numRuns: 2000 },
    );
    for (const last of alphabet) if (!query.endsWith(last)) assertRefused(() => check(query.slice(0, -1) + last), last);
  });

  it('live until the last millisecond before their expiry and not one longer', () => {
    assert.ok(check(query, terms.expiresAtMs - 1));
    for (const late of [0, 1, 1000]) assertRefused(() => check(query, terms.expiresAtMs + late), `+${late}`);
  });

  it('are capped at an hour when signed', () => {
    const signFor = (lifetimeMs: number) =>
      presign.sign(request, subject, { ...terms, expiresAtMs: nowMs + lifetimeMs }, nowMs);
    assert.ok(check(signFor(linkLifetimeMaxMs)));
    for (const lifetimeMs of [linkLifetimeMaxMs + 1, 0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assertRefused(() => signFor(lifetimeMs), String(lifetimeMs));
    }
  });

  it('are capped at an hour when used, so that a clock set back opens nothing for longer', () => {
    const full = presign.sign(request, subject, { ...terms, expiresAtMs: nowMs + linkLifetimeMaxMs }, nowMs);
    assertRefused(() => check(full, nowMs - 1));
    assertRefused(() => check(query, nowMs - linkLifetimeMaxMs));
  });

  it('of an older key live while it is in the keyring, and die with it', () => {
    const next = createPresign({ keyring: { currentKeyId: 'b', keys } });
    const later = createPresign({ keyring: { currentKeyId: 'b', keys: new Map([...keys].slice(1)) } });
    assert.ok(check(query, nowMs, request, subject, next));
    assertRefused(() => check(query, nowMs, request, subject, later));
    assert.match(next.sign(request, subject, terms, nowMs), /^key=b&/);
  });

  it('do not verify under another secret of the same id', () => {
    const stranger = createPresign({ keyring: { currentKeyId: 'a', keys: new Map([['a', randomBytes(32)]]) } });
    assertRefused(() => check(query, nowMs, request, subject, stranger));
  });

  it('are bound to their key id even where one secret has two', () => {
    const key = randomBytes(32);
    const twice = createPresign({
      keyring: {
        currentKeyId: 'a',
        keys: new Map([
          ['a', key],
          ['b', key],
        ]),
      },
    });
    const signed = twice.sign(request, subject, terms, nowMs);
    assert.ok(check(signed, nowMs, request, subject, twice));
    assertRefused(() => check(signed.replace('key=a', 'key=b'), nowMs, request, subject, twice));
  });
});
