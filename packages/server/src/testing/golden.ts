import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ErrorBody, type ErrorCode, endpoints, errorCatalogue, Problem, problemMediaType } from '@tijori/wire';
import type { InjectOptions } from 'fastify';
import Schema from 'typebox/schema';
import type { TestGateway } from './gateway.ts';

/** `UPDATE_GOLDEN=1` writes the transcripts anew: read the difference before it is committed. */
const update = process.env.UPDATE_GOLDEN === '1';

/** Headers that are part of what is promised; the rest is the server's business. */
const shownHeaders = [
  'content-type',
  'cache-control',
  'x-error-code',
  'allow',
  'location',
  'retry-after',
  'idempotent-replayed',
  'ratelimit-policy',
  'ratelimit',
  'content-disposition',
  'set-cookie',
  'vary',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-methods',
  'access-control-allow-headers',
];

/** What differs from run to run, in the order in which it is replaced. */
const volatile: [RegExp, string][] = [
  [/http:\/\/127\.0\.0\.1:8080\/vault\/documents\/[^"]*/g, '<link>'],
  [/\/vault\/documents\/[^"]*/g, '<link>'],
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '<jwt>'],
  [/(tijori_sdk_[^=]*=|\?ticket=|"request_token": ")[\w-]{43}/g, '$1<secret>'],
  [/key_(test|live)_[0-9a-f]{32}/g, '<key>'],
  [/secret_(test|live)_[0-9a-f]{32}/g, '<secret>'],
  [/("next_cursor": ?)"[\w-]+"/g, '$1"<cursor>"'],
  [/([?&]cursor=)[\w-]{20,}/g, '$1<cursor>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, '<uuid>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, '<uuid5>'],
  // The specimens are the simulator's; that a size is the true one is checked in http/links.test.ts.
  [/("size": ?)\d+/g, '$1"<size>"'],
  [/(sha256"?: ?"?)[0-9a-f]{64}/g, '$1<digest>'],
  // The words of the page are its own tests' business; that they are the record's is checked in http/withdrawal.test.ts.
  [/("text": ?)"[^"]{100,}"/g, '$1"<words>"'],
  [/("html": ?)"<!doctype html>.*"/g, '$1"<page>"'],
  [/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g, '"<iso>"'],
  [/("(?:\w+_)?reference": ?)"[0-9a-f]{32,}"/g, '$1"<reference>"'],
  [/("(?:timestamp|\w+_at|at|valid_until|date|consent_expiry)": ?)\d{13}(?=[,\n}])/g, '$1"<ms>"'],
];

/** The parts of a schema that the contract names, and no more: an unknown key fails. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in copy ? { ...copy, additionalProperties: false } : copy;
}

const isEnvelope = Schema.Compile(closed(ErrorBody) as typeof ErrorBody);
const isProblem = Schema.Compile(closed(Problem) as typeof Problem);
const successes = endpoints.map((endpoint) => ({
  method: endpoint.method,
  status: 'status' in endpoint ? endpoint.status : 200,
  pattern: new RegExp(`^${endpoint.path.replace(/\{\w+\}/g, '[^/?]+')}(\\?|$)`),
  schema: Schema.Compile(closed(endpoint.response) as typeof ErrorBody),
}));

/**
 * Transcripts of requests and answers, compared with the files of a folder. Each answer is held against its schema, too:
 * successes against their endpoint's, errors against the envelope or the problem. For tests only.
 */
export function goldenFolder(folder: string) {
  const written = new Set<string>();
  const codes = new Set<string>();
  return {
    /** Error codes seen so far. */
    codes,
    async record(name: string, options: InjectOptions, { app }: Pick<TestGateway, 'app'>) {
      const response = await app.inject(options);
      const type = String(response.headers['content-type']);
      const isJson = type.startsWith('application/json') || type.startsWith(problemMediaType);
      const body: unknown = isJson && response.body ? response.json() : response.rawPayload.length > 0 ? '<bytes>' : '';
      if (isJson && response.body) holdAgainstSchema(name, options, response.statusCode, { type, body });
      const code = response.headers['x-error-code'];
      // On a 200 it says why a session ended, which is no error.
      if (response.statusCode >= 400 && code) {
        codes.add(String(code));
        assert.equal(response.statusCode, errorCatalogue[String(code) as ErrorCode].status);
      }
      const headers = Object.fromEntries(
        shownHeaders.flatMap((header) => (header in response.headers ? [[header, response.headers[header]]] : [])),
      );
      const { method, url, headers: sent, payload } = options;
      const request = { method, url, headers: sent, ...(payload === undefined ? {} : { body: payload }) };
      let text = JSON.stringify({ request, response: { status: response.statusCode, headers, body } }, null, 2);
      for (const [pattern, replacement] of volatile) text = text.replace(pattern, replacement);
      written.add(`${name}.json`);
      const file = join(folder, `${name}.json`);
      if (update) writeFileSync(file, `${text}\n`);
      const golden: unknown = JSON.parse(readFileSync(file, 'utf8'));
      // Order of keys included: some clients print what they get.
      assert.equal(JSON.stringify(JSON.parse(text), null, 2), JSON.stringify(golden, null, 2), name);
      return response;
    },
    /** That no file of the folder is left over from a transcript that is gone. */
    assertComplete: () => assert.deepEqual(readdirSync(folder).sort(), [...written].sort()),
  };
}

function holdAgainstSchema(
  name: string,
  { method, url }: InjectOptions,
  status: number,
  { type, body }: { type: string; body: unknown },
): void {
  const text = JSON.stringify(body);
  if (status < 400) {
    const found = successes.find((each) => method === each.method && each.pattern.test(`${url}`));
    assert.equal(status, found?.status, name);
    assert.ok(found?.schema.Check(body), `${name} does not fit its schema: ${text}`);
  } else if (type.startsWith(problemMediaType)) {
    assert.ok(isProblem.Check(body), `${name} is not a problem: ${text}`);
    assert.equal(body.status, status, name);
  } else {
    assert.ok(isEnvelope.Check(body), `${name} is not an error of the envelope: ${text}`);
    assert.equal(body.code, status, name);
  }
}
