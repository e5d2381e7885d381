import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { allEndpoints } from '../testing/contract-calls.ts';
import { valid } from '../testing/fuzz/arbitrary.ts';
import { type VendorEndpoint, vendorEndpoints, vendorError } from '../testing/vendor-schemas.ts';

interface Transcript {
  name: string;
  request: { method: string; url: string };
  response: { status: number; headers: Record<string, string>; body: unknown };
}

/** What the transcripts have in the place of values that differ from run to run (golden.test.ts), made values again. */
const placeholders: [RegExp, string][] = [
  [/"<ms>"/g, '1763800000000'],
  [/"<size>"/g, '16598'],
  [/<uuid5>/g, '6f9619ff-8b86-5011-b42d-00c04fc964ff'],
  [/<uuid>/g, '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60'],
  [/<link>/g, 'https://consent.example.in/link'],
  [/<[a-z][a-z -]*>/g, 'made-up'],
];

const transcripts = globSync('golden*/*.json', { cwd: import.meta.dirname }).map((file): Transcript => {
  let text = readFileSync(join(import.meta.dirname, file), 'utf8');
  for (const [pattern, value] of placeholders) text = text.replace(pattern, value);
  return { name: file, ...(JSON.parse(text) as Omit<Transcript, 'name'>) };
});

/** A path whatever its parameters are called. */
const shape = (path: string) => path.replace(/\{\w+\}/g, '{}');
const ours = vendorEndpoints.filter(({ method, path }) =>
  allEndpoints.some((endpoint) => endpoint.method === method && shape(endpoint.path) === shape(path)),
);
const recordsOf = ({ method, path }: VendorEndpoint) => {
  const address = new RegExp(`^${shape(path).replaceAll('{}', '[^/?]+')}$`);
  return transcripts.filter(({ request }) => request.method === method && address.test(request.url));
};
const compiled = (schema: object) => Compile(schema as TSchema);

describe('our recorded answers', () => {
  it('are successes that fit what the vendor published, at every endpoint of its that we have', () => {
    assert.ok(ours.length >= 4);
    for (const endpoint of ours) {
      const fits = compiled(endpoint.response);
      const successes = recordsOf(endpoint).filter(({ response }) => response.status === 200);
      assert.ok(successes.length > 0, `${endpoint.id} has no recorded success`);
      for (const { name, response } of successes) {
        assert.ok(fits.Check(response.body), `${name}: ${JSON.stringify(fits.Errors(response.body))}`);
      }
    }
  });

  it('are errors of its form, and with its words where it documents them', () => {
    const fits = compiled(vendorError);
    for (const endpoint of ours) {
      for (const { name, response } of recordsOf(endpoint).filter(({ response: { status } }) => status >= 400)) {
        assert.ok(fits.Check(response.body), name);
        const { code, message } = response.body as { code: number; message: string };
        assert.equal(code, response.status, name);
        const words = endpoint.errors.filter(({ status }) => status === code && status !== 400);
        for (const documented of words) assert.match(message, documented.message, name);
      }
    }
  });

  it('have every error that the vendor documents, in its very words', () => {
    for (const endpoint of ours) {
      const messages = recordsOf(endpoint).map(({ response }) => {
        const { message = '' } = Object(response.body) as { message?: string };
        return { status: response.status, message };
      });
      for (const { status, message } of endpoint.errors) {
        const found = messages.some((answer) => answer.status === status && message.test(answer.message));
        assert.ok(found, `${endpoint.id}: no recorded ${status} ${message}`);
      }
    }
  });
});

/** The vendor's own page is the only caller of these: what it sends is made by what it got from us. */
const isInternal = ({ id }: VendorEndpoint) => id.startsWith('B');

describe('our request bodies', () => {
  it("take whatever the vendor's take, but for lists of more than 64 document types", () => {
    for (const { id, method, path, request } of ours.filter((endpoint) => !isInternal(endpoint))) {
      const body = allEndpoints.find((each) => each.method === method && shape(each.path) === shape(path))?.body;
      assert.equal(Boolean(request), Boolean(body), `${id}: only one of the two has a body`);
      if (!request || !body) continue;
      const fits = compiled(body);
      fc.assert(fc.property(valid(request), (value) => fits.Check(value)));
    }
  });
});
