import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { readPersona } from './read-persona.ts';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** The schema as an editor or a program of somebody else would apply it. */
function judge(): (value: Json) => Promise<boolean> {
  const file = join(import.meta.dirname, '..', '..', 'persona.schema.json');
  const app = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, strict: false } } });
  app.post('/', { schema: { body: JSON.parse(readFileSync(file, 'utf8')) } }, async () => ({}));
  return async (payload) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/', headers, payload: JSON.stringify(payload) });
    return answer.statusCode === 200;
  };
}

function isRead(value: Json): boolean {
  const faults: string[] = [];
  readPersona(value, faults);
  return faults.length === 0;
}

/** The value with one thing changed, for each thing in it: taken away, of another type, blank, or one too many. */
function* changed(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const other of changed(item)) yield value.with(index, other);
    yield {};
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      const { [name]: _gone, ...rest } = value;
      yield rest;
      for (const other of changed(item)) yield { ...value, [name]: other };
    }
    yield { ...value, unknown_field: 'x' };
  } else {
    yield null;
    yield typeof value === 'number' ? -1 : 7;
    yield typeof value === 'string' ? ' ' : 'text';
  }
}

test('the schema file and the reader of persona files agree, field by field', async () => {
  const isValid = judge();
  let refused = 0;
  for (const name of globSync('*.json', { cwd: import.meta.dirname })) {
    const persona = JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Json;
    assert.deepEqual([await isValid(persona), isRead(persona)], [true, true], name);
    // The two people who between them have every field there is.
    if (!['gauri-drishtant.json', 'manish-bhinn.json'].includes(name)) continue;
    for (const other of changed(persona)) {
      const verdict = isRead(other);
      assert.equal(await isValid(other), verdict, `${name}: ${JSON.stringify(other)}`);
      if (!verdict) refused += 1;
    }
  }
  assert.ok(refused > 300, `${refused}`);
});
