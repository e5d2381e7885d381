/** What the gateway says about documents whose signatures are wrong, or right: stored when fetched, told everywhere. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ListDocumentsResponse } from '@tijori/wire';
import { integrator, walk, withoutDownloads } from '../testing/api.ts';
import { ownBody } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import type { NewKey } from '../usecases/keys/create.ts';

type OfType = ListDocumentsResponse['documents'][number];

describe('verdicts through the gateway', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const api = () => integrator(gateway, key);
  const walked = async (scenario?: string): Promise<string> => {
    const response = await api().send({
      method: 'POST',
      url: '/v1/sessions',
      headers: scenario ? { 'x-tijori-scenario': scenario } : {},
      payload: ownBody(),
    });
    assert.equal(response.statusCode, 201, response.body);
    const { id } = response.json<{ id: string }>();
    await walk(gateway, id);
    await gateway.deps.background.idle();
    return id;
  };
  const documents = async (id: string): Promise<OfType[]> => {
    const response = await api().send({ method: 'GET', url: `/v1/sessions/${id}/documents` });
    assert.equal(response.statusCode, 200, response.body);
    return response.json<ListDocumentsResponse>().documents;
  };
  const words = (all: readonly OfType[]) =>
    all.map(({ files }) =>
      files.map(({ verdict }) => (verdict?.reason ? `${verdict.state}: ${verdict.reason}` : verdict?.state)).join(),
    );

  /** Company master details are a PDF, the other two are XML. */
  const verdicts: Record<string, [pdf: string, xml: string]> = {
    tampered: ['altered: digest_mismatch', 'altered: digest_mismatch'],
    wrapped_signature: ['altered: changed_after_signing', 'altered: signature_covers_part'],
    unknown_root: ['untrusted_signer: unknown_root', 'untrusted_signer: unknown_root'],
    certificate_expired: ['expired_signer: certificate_not_valid', 'expired_signer: certificate_not_valid'],
    signer_revoked: ['revoked: certificate_revoked', 'revoked: certificate_revoked'],
    malformed_xml: ['genuine', 'unreadable: not_well_formed'],
    name_mismatch: ['genuine', 'genuine'],
    pan_mismatch: ['genuine', 'genuine'],
    pdf_only: ['genuine', 'genuine'],
  };
  for (const [scenario, [pdf, xml]] of Object.entries(verdicts)) {
    it(`${scenario}: its own verdict, and the file is delivered all the same`, async () => {
      const id = await walked(scenario);
      assert.deepEqual(words(await documents(id)), [pdf, xml, xml]);
      const { statusCode } = await api().document(id, 'gstn_details');
      assert.equal(statusCode, 200);
    });
  }

  it('good documents are genuine, with signer, chain, lists and what is covered', async () => {
    const [company, gst] = await documents(await walked());
    const [file] = gst?.files ?? [];
    assert.equal(file?.verdict?.state, 'genuine');
    assert.equal(file.verdict.signer?.common_name, 'GSTN specimen signer (TEST)');
    assert.equal(file.verdict.chain.length, 3);
    assert.equal(file.verdict.revocation.lists.length, 2);
    assert.ok(file.verdict.covered.paths.includes('Certificate/CertificateData/GSTNDetails/@gstidentificationNumber'));
    assert.equal(file.verdict.trust.store, 'test');
    assert.equal(company?.files[0]?.verdict?.format, 'pdf');
    assert.equal(company?.files[0]?.verdict?.covered.scope, 'whole');
  });

  it('the verdict stands in the timeline and in the event', async () => {
    const id = await walked('tampered');
    const session = await api().send({ method: 'GET', url: `/v1/sessions/${id}` });
    const { timeline } = session.json<{ timeline: { action: string; detail: string }[] }>();
    const judged = timeline.filter(({ action }) => action === 'document.judged').map(({ detail }) => detail);
    assert.ok(judged.includes('gstn_details altered digest_mismatch'), judged.join());
    const owner = { workspaceId: key.workspaceId, mode: 'test' } as const;
    const events = await gateway.deps.stores.events.listPage(owner, { after: '', limit: 500 });
    const told = events
      .filter(({ sessionId, type }) => sessionId === id && type === 'entitylocker.document.available')
      .map(({ details }) => details.document?.verdict);
    assert.deepEqual(told, ['altered', 'altered', 'altered']);
  });

  it('the certificates and lists of a verdict are kept once, whatever number of documents rests on them', async () => {
    await walked();
    const [first] = (await documents(await walked()))[1]?.files ?? [];
    const digests = [...(first?.verdict?.chain ?? []), ...(first?.verdict?.revocation.lists ?? [])].map(
      ({ sha256 }) => sha256,
    );
    const kept = await gateway.deps.stores.verdicts.trustItems(digests);
    assert.deepEqual(kept.map(({ kind }) => kind).sort(), ['certificate', 'certificate', 'certificate', 'crl', 'crl']);
  });

  it('says how far each document is: requested, available, fetched, erased, and what was not consented', async () => {
    const open = await api().newSession();
    assert.deepEqual(
      (await documents(open)).map(({ state, consented }) => [state, consented]),
      [
        ['requested', false],
        ['requested', false],
        ['requested', false],
      ],
    );
    const id = await api().newSession();
    await withoutDownloads(gateway, () => walk(gateway, id, { share: ['GSTND'] }));
    const states = async () => (await documents(id)).map(({ state }) => state);
    assert.deepEqual(await states(), ['not_consented', 'available', 'not_consented']);
    assert.equal((await documents(id))[1]?.files[0]?.verdict, null, 'nothing was judged yet');
    await api().document(id, 'gstn_details');
    assert.deepEqual(await states(), ['not_consented', 'fetched', 'not_consented']);
  });

  it('is told to nobody else', async () => {
    const id = await walked();
    const other = integrator(gateway, await gateway.newKey('test', 'Example Broker (fictional)'));
    const response = await other.send({ method: 'GET', url: `/v1/sessions/${id}/documents` });
    assert.equal(response.statusCode, 404);
  });

  it('a live session believes nothing that the test root signed', async () => {
    const id = await walked();
    const links = await api().links(id, 'gstn_details');
    const bytes = (await gateway.app.inject({ method: 'GET', url: links[0] ?? '' })).rawPayload;
    const order = { judgedAtMs: gateway.clock.nowMs, document: 'GSTND' };
    const { verdict } = await gateway.deps.verifier.judge(bytes, { ...order, store: 'live' });
    assert.deepEqual([verdict.state, verdict.reason], ['untrusted_signer', 'no_trust_store']);
    const test = await gateway.deps.verifier.judge(bytes, { ...order, store: 'test' });
    assert.equal(test.verdict.state, 'genuine');
  });
});
