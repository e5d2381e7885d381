import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Document, type Entity, loadPeople } from '@tijori/simulator/specimens';
import { fastify } from 'fastify';
import { gstStates, parseCin, parseGstin, parseUdyam } from '../../domain/identifiers.ts';
import { integrator, walkToCallback } from '../../testing/api.ts';
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts';
import { browser } from '../../testing/person.ts';
import { erasePastRetention } from '../documents/erase.ts';
import { recordSession } from './record.ts';

type Recorded = Record<string, unknown>;

/** What many have in common, and a recorded persona may have, too. */
const shared = new Set([
  ...Object.values(gstStates),
  ...[
    'General',
    'Regular',
    'Active',
    'Strike Off',
    'Private',
    'Public',
    'Micro',
    'Small',
    'Medium',
    'Company limited by shares',
  ],
  ...['Non-government company', 'RoC Specimen', 'Manufacturing', 'Services', '99999999'],
]);

/** Every text, and every number above the small ones. */
function* valuesOf(value: unknown, key = ''): Generator<string> {
  if (
    typeof value === 'string' &&
    !['doctype', 'constitution', 'taxpayerType', 'uri', 'kind', 'verifiedBy', 'standing'].includes(key)
  )
    yield value;
  else if (typeof value === 'number' && value > 999) yield String(value);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* valuesOf(inner, name);
  }
}

describe('a recorded persona', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway();
  });
  after(() => gateway.close());

  const consented = async (at: TestGateway, mobile: string): Promise<string> => {
    const sdk = integrator(at, await at.newKey());
    const id = await sdk.newSession();
    const person = browser(at);
    await person.get(await walkToCallback(person, id, { mobile }));
    await at.deps.background.idle();
    return id;
  };
  const recorded = async (id: string): Promise<Recorded> => (await recordSession(gateway.deps, id)) ?? assert.fail();
  const entityOf = (persona: Recorded) => (persona.entities as (Entity & { documents: Document[] })[])[0] as Entity;
  const holders = loadPeople().all.filter(
    ({ person, entities }) =>
      person.pin === undefined && entities.length === 1 && (entities[0]?.documents.length ?? 0) > 0,
  );

  it('has the documents, states, classes and years’ order of the session, and no value of anybody in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tijori-recorded-'));
    try {
      for (const { person, entities } of holders) {
        const [original] = entities as [Entity];
        const persona = await recorded(await consented(gateway, person.mobile));
        const text = JSON.stringify(persona).toLowerCase();
        for (const value of valuesOf({ person, original })) {
          const isShared = [...shared].some((known) => known.toLowerCase() === value.toLowerCase());
          // Days are moved: one of them may come to lie where another was.
          const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
          if (value.length > 3 && !isShared && !isDay)
            assert.ok(!text.includes(value.toLowerCase()), `${person.name}: ${value}`);
        }
        const entity = entityOf(persona);
        assert.equal(entity.kind, original.kind, original.name);
        assert.deepEqual(
          entity.documents.map(({ doctype }) => doctype).sort(),
          original.documents.map(({ doctype }) => doctype).sort(),
        );
        for (const [index, { issuedOn }] of entity.documents.entries()) {
          assert.notEqual(issuedOn, original.documents[index]?.issuedOn, original.name);
        }
        const status = ({ documents }: Entity) =>
          documents.flatMap((one) => (one.doctype === 'CPMTD' ? one.status : []));
        assert.deepEqual(status(entity), status(original), original.name);
        const states = ({ documents }: Entity) =>
          documents.flatMap((one) => (one.doctype === 'GSTND' ? one.gstin.slice(0, 2) : [])).sort();
        assert.deepEqual(states(entity), states(original));
        writeFileSync(join(folder, `${person.mobile}.json`), JSON.stringify(persona));
      }
      assert.equal(loadPeople(folder).all.length, holders.length, 'the simulator takes all of them together');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has numbers that pass their check digits and are nobody’s', async () => {
    const { documents } = entityOf(await recorded(await consented(gateway, '5550000001')));
    for (const document of documents) {
      if (document.doctype === 'CPMTD') {
        assert.ok(parseCin(document.cin, 2026).ok);
        assert.match(document.cin, /^U99999ZZ\d{4}PTC99\d{4}$/);
      } else if (document.doctype === 'GSTND') {
        assert.ok(parseGstin(document.gstin).ok);
        assert.match(document.gstin, /^27ZZZCZ\d{4}Z/);
        assert.equal(document.address.pin, '000000');
      } else {
        assert.ok(parseUdyam(document.udyamNumber).ok);
        assert.match(document.udyamNumber, /^UDYAM-ZZ-00-/);
        assert.deepEqual(document.enterpriseTypes, ['Small', 'Small', 'Micro']);
      }
    }
  });

  it('is valid by the published schema, and walks the whole journey at a simulator that has only it', async (t) => {
    const id = await consented(gateway, '5550000002');
    const persona = await recorded(id);
    assert.deepEqual(await recorded(id), persona, 'the same each time');
    const schema = new URL('../../../../simulator/persona.schema.json', import.meta.url);
    const app = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, strict: false } } });
    app.post('/', { schema: { body: JSON.parse(readFileSync(schema, 'utf8')) } }, async () => ({}));
    const judged = await app.inject({ method: 'POST', url: '/', payload: persona });
    assert.equal(judged.statusCode, 200, judged.body);

    const folder = mkdtempSync(join(tmpdir(), 'tijori-recorded-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'recorded.json'), JSON.stringify(persona));
    const other = await startTestGateway({}, { personasDir: folder });
    t.after(() => other.close());
    const { mobile } = persona.person as { mobile: string };
    const again = await consented(other, mobile);
    const states = (await other.deps.stores.documents.ofSession(again)).map(({ docType, state }) => [docType, state]);
    assert.deepEqual(
      states,
      (await gateway.deps.stores.documents.ofSession(id)).map(({ docType, state }) => [docType, state]),
    );
    assert.ok(states.length === 4 && states.every(([, state]) => state === 'held'));
  });

  it('of a session whose documents are erased still has their kinds and states; of one without documents there is none', async () => {
    const id = await consented(gateway, '5550000002');
    gateway.clock.nowMs += 2 * 3_600_000;
    await erasePastRetention(gateway.deps, 100);
    const { kind, documents } = entityOf(await recorded(id));
    assert.equal(kind, 'company');
    assert.equal(documents.filter(({ doctype }) => doctype === 'GSTND').length, 3);
    const open = await integrator(gateway, await gateway.newKey()).newSession();
    assert.equal(await recordSession(gateway.deps, open), null);
  });
});
