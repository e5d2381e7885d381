import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPublicAddress } from './addresses.ts';
import {
  DestinationRefused,
  type DestinationRule,
  judgeAddresses,
  readDestination,
  urlCharsMax,
} from './destination.ts';

const strict = {
  allowLoopback: false,
  ownOrigins: ['https://consent.example.in'],
  ownAddresses: () => new Set<string>(),
};
const dev = { ...strict, allowLoopback: true, ownOrigins: ['http://127.0.0.1:8080'] };

function ruleOf(work: () => unknown): DestinationRule | 'none' {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof DestinationRefused) return error.rule;
    throw error;
  }
}

describe('an address that somebody names', () => {
  const refused: [string, DestinationRule][] = [
    ['', 'malformed'],
    ['hooks.example.in/x', 'malformed'],
    ['https://', 'malformed'],
    ['https://hooks.example.in/\n', 'malformed'],
    ['https:\\\\hooks.example.in', 'malformed'],
    ['https://[fe80::1%25eth0]/', 'malformed'],
    [`https://hooks.example.in/${'x'.repeat(urlCharsMax)}`, 'too_long'],
    ['http://hooks.example.in/', 'scheme'],
    ['ftp://hooks.example.in/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['gopher://hooks.example.in/', 'scheme'],
    ['data:text/plain,x', 'scheme'],
    ['http://127.0.0.1:9000/', 'scheme'],
    ['https://user@hooks.example.in/', 'credentials'],
    ['https://user:secret@hooks.example.in/', 'credentials'],
    ['https://@hooks.example.in/', 'credentials'],
    ['https://hooks.example.in/#part', 'fragment'],
    ['https://hooks.example.in:8443/', 'port'],
    ['https://hooks.example.in:80/', 'port'],
    ['https://hooks.example.in:22/', 'port'],
    ['https://consent.example.in/v1/sessions', 'own'],
  ];
  for (const [text, rule] of refused) {
    it(`is refused: ${text.slice(0, 60).trim() || '(nothing)'} (${rule})`, () => {
      assert.equal(
        ruleOf(() => readDestination(text, strict)),
        rule,
      );
    });
  }

  it('is taken with https and port 443', () => {
    for (const text of ['https://hooks.example.in', 'https://hooks.example.in:443/a?b=c', 'https://8.8.8.8/']) {
      assert.equal(
        ruleOf(() => readDestination(text, strict)),
        'none',
        text,
      );
    }
  });

  it('may be this machine on a development server, by http and any port, but not the server itself', () => {
    for (const text of [
      'http://127.0.0.1:9000/hook',
      'http://localhost:3000/',
      'http://[::1]:3000/',
      'https://localhost:3000/',
    ]) {
      assert.equal(
        ruleOf(() => readDestination(text, dev)),
        'none',
        text,
      );
    }
    assert.equal(
      ruleOf(() => readDestination('http://127.0.0.1:8080/v1/sessions', dev)),
      'own',
    );
    assert.equal(
      ruleOf(() => readDestination('http://hooks.example.in/', dev)),
      'scheme',
    );
    assert.equal(
      ruleOf(() => readDestination('https://hooks.example.in:3000/', dev)),
      'port',
    );
  });
});

describe('the addresses of a host', () => {
  it('must all be public: one that is not is enough', () => {
    assert.equal(
      ruleOf(() => judgeAddresses('hooks.example.in', ['8.8.8.8', '2606:4700::1111'], strict)),
      'none',
    );
    assert.equal(
      ruleOf(() => judgeAddresses('hooks.example.in', ['8.8.8.8', '10.0.0.1'], strict)),
      'address',
    );
    assert.equal(
      ruleOf(() => judgeAddresses('hooks.example.in', ['8.8.8.8', '::1'], strict)),
      'address',
    );
  });

  it('must not be those of this machine', () => {
    const rules = { ...strict, ownAddresses: () => new Set(['8.8.8.8']) };
    assert.equal(
      ruleOf(() => judgeAddresses('hooks.example.in', ['8.8.8.8'], rules)),
      'address',
    );
  });

  it('lead to this machine on a development server only where the name says so', () => {
    assert.equal(
      ruleOf(() => judgeAddresses('localhost', ['127.0.0.1', '::1'], dev)),
      'none',
    );
    assert.equal(
      ruleOf(() => judgeAddresses('127.0.0.1', ['127.0.0.1'], dev)),
      'none',
    );
    assert.equal(
      ruleOf(() => judgeAddresses('hooks.example.in', ['127.0.0.1'], dev)),
      'address',
    );
    assert.equal(
      ruleOf(() => judgeAddresses('localhost', ['8.8.8.8'], dev)),
      'address',
    );
    assert.equal(
      ruleOf(() => judgeAddresses('localhost', ['127.0.0.1', '10.0.0.1'], dev)),
      'address',
    );
  });

  it('are public where the registries say so, up to the edges of each block', () => {
    const edges = ['9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'];
    const more = ['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'];
    const rest = ['198.17.255.255', '198.20.0.0', '223.255.255.255', '2001:200::', '2606:4700::1111', '3ffe:ffff::1'];
    for (const address of [...edges, ...more, ...rest]) assert.ok(isPublicAddress(address), address);
    for (const address of ['', 'x', '1.2.3', '::ffff:8.8.8.8', '4000::1', 'ffff::1', '1fff:ffff::1']) {
      assert.ok(!isPublicAddress(address), address);
    }
  });
});
