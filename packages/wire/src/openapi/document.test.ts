import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Type from 'typebox';
import { documentedEndpoints, type Endpoint, errorsOf } from '../endpoints/index.ts';
import { errorGuide } from '../error-guide.ts';
import { errorCatalogue } from '../errors.ts';
import { components } from './components.ts';
import { openApiDocument, type Reference, type Response } from './document.ts';
import { exampleOf, fieldsOf } from './json-schema.ts';
import { operationIdOf } from './operation.ts';

const document = openApiDocument();
const all: readonly Endpoint[] = documentedEndpoints;
const operationFor = ({ path, method }: Endpoint) => {
  const operation = document.paths[path]?.[method.toLowerCase()];
  assert.ok(operation, `${method} ${path} is not in the document`);
  return operation;
};
const resolve = (response: Response | Reference): Response => {
  if (!('$ref' in response)) return response;
  const found = document.components.responses[response.$ref.replace('#/components/responses/', '')];
  assert.ok(found, response.$ref);
  return found;
};

describe('the OpenAPI document', () => {
  it('has one operation for each endpoint, named as our code names it', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    assert.equal(operations.length, all.length);
    assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, all.length);
    for (const endpoint of all) assert.equal(operationFor(endpoint).operationId, operationIdOf(endpoint));
  });

  it('has every error of an endpoint under its status, with cause, cure, code and an example', () => {
    for (const endpoint of all) {
      for (const code of errorsOf(endpoint)) {
        const answer = operationFor(endpoint).responses[errorCatalogue[code].status];
        assert.ok(answer, `${endpoint.path}: ${code}`);
        const { description, headers, content } = resolve(answer);
        assert.ok(description.includes(errorGuide[code].cause) && description.includes(errorGuide[code].cure), code);
        const header = headers?.['x-error-code'];
        assert.ok(header && 'schema' in header && header.schema.enum?.includes(code), code);
        const type = endpoint.errorFormat === 'problem' ? 'application/problem+json' : 'application/json';
        assert.ok(content[type]?.examples?.[code], `${endpoint.path}: ${code} has no example`);
      }
    }
  });

  it('refers only to what is there, and has nothing that nobody refers to', () => {
    const text = JSON.stringify(document);
    const referred = new Set(
      [...text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)].map(([, kind, name]) => `${kind}/${name}`),
    );
    const { securitySchemes, ...kinds } = document.components;
    const there = Object.entries(kinds).flatMap(([kind, table]) => Object.keys(table).map((name) => `${kind}/${name}`));
    assert.deepEqual([...referred].sort(), there.sort());
    const wanted = Object.values(document.paths).flatMap((path) =>
      Object.values(path).flatMap(({ security }) => security.flatMap(Object.keys)),
    );
    assert.deepEqual([...new Set(wanted)].sort(), Object.keys(securitySchemes).sort());
  });

  it('is the same each time, but for the address of the server', () => {
    assert.deepEqual(openApiDocument(), document);
    const { servers, ...rest } = openApiDocument('https://consent.example.in');
    assert.deepEqual(
      servers.map(({ url }) => url),
      ['https://consent.example.in'],
    );
    const { servers: _, ...same } = document;
    assert.deepEqual(rest, same);
  });

  it('names only chapters that some operation is in', () => {
    const used = new Set(
      Object.values(document.paths).flatMap((path) => Object.values(path).flatMap(({ tags }) => tags)),
    );
    assert.deepEqual([...used].sort(), document.tags.map(({ name }) => name).sort());
  });
});

describe('shared schemas', () => {
  const Colour = Type.Enum(['red', 'blue'], { title: 'Colour', description: 'A colour.', examples: ['red'] });

  it('stand once under their title, wherever they are used', () => {
    const { schema, sorted } = components();
    const room = schema(Type.Object({ wall: Colour, doors: Type.Array(Colour) }), 'Room');
    assert.deepEqual(room, { $ref: '#/components/schemas/Room' });
    const reference = { $ref: '#/components/schemas/Colour' };
    assert.deepEqual(sorted().schemas, {
      Colour: { enum: ['red', 'blue'], description: 'A colour.', examples: ['red'] },
      Room: {
        type: 'object',
        required: ['wall', 'doors'],
        properties: { wall: reference, doors: { type: 'array', items: reference } },
      },
    });
  });

  it('may be described anew where they are used, and mean the same', () => {
    const { schema } = components();
    schema(Colour);
    const wall = Type.Enum(['red', 'blue'], { title: 'Colour', description: 'Of the wall.' });
    assert.deepEqual(schema(wall), { $ref: '#/components/schemas/Colour', description: 'Of the wall.' });
    assert.throws(() => schema(Type.Enum(['green'], { title: 'Colour' })), /two schemas have the title Colour/);
  });
});

describe('a walk over a schema', () => {
  const schema = Type.Object({
    a: Type.Array(Type.Object({ b: Type.String({ examples: ['x'] }) })),
    c: Type.Union([Type.Null(), Type.Object({ d: Type.Integer({ examples: [1] }) })]),
  });

  it('finds every property at any depth', () => {
    assert.deepEqual(
      fieldsOf(schema).map(({ path }) => path),
      ['a', 'a[].b', 'c', 'c.d'],
    );
  });

  it('makes an example of the examples of the parts', () => {
    assert.deepEqual(exampleOf(schema), { a: [{ b: 'x' }], c: { d: 1 } });
    assert.equal(exampleOf(Type.Object({ e: Type.String() })), undefined);
  });
});
