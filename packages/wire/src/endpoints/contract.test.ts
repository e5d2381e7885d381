import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Schema from 'typebox/schema';
import { ErrorBody } from '../envelope.ts';
import { errorCatalogue } from '../errors.ts';
import { closed, exampleOf, fieldsOf, type JsonSchema } from '../openapi/json-schema.ts';
import { Problem } from '../problem.ts';
import { documentedEndpoints, type Endpoint } from './index.ts';

const all: readonly Endpoint[] = documentedEndpoints;
const nameOf = ({ method, path }: Endpoint) => `${method} ${path}`;

/** Every schema that a caller meets, by the name under which a fault of it is told. */
const schemas: Record<string, JsonSchema> = { ErrorBody, Problem };
for (const endpoint of all) {
  const { params, query, headers, body, response, responseHeaders } = endpoint;
  const parts = { params, query, headers, body, response, responseHeaders };
  for (const [part, schema] of Object.entries(parts)) {
    if (schema) schemas[`${nameOf(endpoint)}, ${part}`] = schema;
  }
}
const fields = Object.entries(schemas).flatMap(([where, schema]) =>
  fieldsOf(schema).map((field) => ({ ...field, where: `${where}: ${field.path}` })),
);

const fits = (schema: JsonSchema, value: unknown) => Schema.Compile(schema).Check(value);
/** All faults at once, so that whoever adds an endpoint has one list to go through. */
const noneOf = (faults: readonly string[]) => assert.deepEqual(faults, []);

describe('every field of the contract', () => {
  it('has a description, in sentences', () => {
    // `data` of the envelope is what the endpoint is about, and says so in its summary.
    const named = fields.filter(({ path, schema }) => path !== 'data' || !schema.properties);
    noneOf(named.flatMap(({ where, schema }) => (/^\S.*[.!]$/s.test(schema.description ?? '') ? [] : [where])));
  });

  it('has an example, and every example fits', () => {
    const faults = fields.flatMap(({ where, schema }) => {
      // An object shows itself by its parts.
      const showsItself = Boolean(schema.properties) || Boolean(schema.items && 'properties' in schema.items);
      const missing = showsItself ? exampleOf(schema) === undefined : !schema.examples?.length;
      const wrong = (schema.examples ?? []).filter((example) => !fits(schema, example));
      return [...(missing ? [`${where}: no example`] : []), ...wrong.map((example) => `${where}: ${example}`)];
    });
    noneOf(faults);
  });

  it('says its unit where it is a number', () => {
    const unit = /\b(ms|seconds|minutes|bytes|HTTP status|most|how many|how often|rupees|year|from 0 to 1)\b/i;
    const numbers = fields.filter(({ schema }) => {
      const text = JSON.stringify({ ...schema, examples: [] });
      return /"type":\[?"(integer|number)"/.test(text) && !schema.properties && !schema.items;
    });
    noneOf(numbers.flatMap(({ where, schema }) => (unit.test(schema.description ?? '') ? [] : [where])));
  });
});

describe('every endpoint', () => {
  it('has a summary of one line', () => {
    noneOf(all.flatMap((endpoint) => (/^[A-Z][^\n]{10,100}\.$/.test(endpoint.summary) ? [] : [nameOf(endpoint)])));
  });

  it('shows an answer that fits its schema, and has no key that the schema lacks', () => {
    const faults = all.flatMap((endpoint) => {
      if (endpoint.responseExample === undefined) return [`${nameOf(endpoint)}: no responseExample`];
      return fits(closed(endpoint.response), endpoint.responseExample) ? [] : [`${nameOf(endpoint)}: does not fit`];
    });
    noneOf(faults);
  });

  it('shows a request where it has a body', () => {
    const faults = all.flatMap((endpoint) => {
      if (!endpoint.body) return [];
      if (endpoint.example === undefined) return [`${nameOf(endpoint)}: no example`];
      return fits(endpoint.body, endpoint.example) ? [] : [`${nameOf(endpoint)}: does not fit`];
    });
    noneOf(faults);
  });

  it('names each parameter of its path, and no other', () => {
    for (const endpoint of all) {
      const inPath = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const { properties = {} }: JsonSchema = endpoint.params ?? {};
      assert.deepEqual(Object.keys(properties).sort(), inPath.sort(), nameOf(endpoint));
    }
  });

  it('stands once in the list', () => {
    assert.equal(new Set(all.map((endpoint) => nameOf(endpoint).replace(/\{\w+\}/g, '{}'))).size, all.length);
  });

  it('can refuse what its credentials can be', () => {
    const needed = {
      key_and_token: ['invalid_access_token', 'access_token_expired', 'insufficient_privilege'],
      key_and_secret: ['unauthorized'],
      key_and_sdk_token: ['invalid_access_token', 'access_token_expired'],
      key: [],
      none: [],
    } as const;
    for (const endpoint of all) {
      for (const code of needed[endpoint.credentials]) assert.ok(endpoint.errors.includes(code), nameOf(endpoint));
      for (const code of endpoint.errors) assert.ok(Object.hasOwn(errorCatalogue, code), code);
    }
  });

  it('never stores an answer that holds a secret for a repeated request', () => {
    for (const endpoint of all) {
      if (endpoint.idempotent) assert.doesNotMatch(JSON.stringify(endpoint.response), /access_token|secret/);
    }
  });
});
