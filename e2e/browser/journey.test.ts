import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needs } from '../../scripts/needs.ts';
import { keyboardScene } from './scene-keyboard.ts';
import { looksScene } from './scene-looks.ts';
import { redirectScene } from './scene-redirect.ts';
import { strangerScene } from './scene-stranger.ts';
import { leaks, secretsOf } from './secrets.ts';
import { openStage, type Stage } from './stage.ts';

const pdf = 'company_master_details';
const xml = 'gstn_details';
const withheld = 'udhyam_certificate';

test('the main job in a real browser, against the real `tijori dev`', {
  timeout: 1_200_000,
  concurrency: true,
}, async (t) => {
  const chromium = needs(t, 'chromium');
  if (!chromium) return;
  const stage = await openStage(chromium);
  t.after(() => stage.close());
  const play = (name: string, scene: (stage: Stage) => Promise<void>) => t.test(name, () => scene(stage));
  await play('two of three documents are shared, arrive, and no secret reaches the browser', sharedScene);
  await play('a person who denies shares nothing, and the session has failed', deniedScene);
  await play('a stop and start in the middle of a journey loses nothing', (s) => restartScene(s, 'SIGTERM'));
  await play('a kill -9 in the middle of a journey loses nothing', (s) => restartScene(s, 'SIGKILL'));
  // From here on nobody stops the server, so these go side by side.
  await Promise.all([
    play('a callback that reaches another browser is refused and changes nothing', strangerScene),
    play('the whole journey goes by keyboard alone', keyboardScene),
    play('the redirect flow leads from a shop over the locker back to the shop', redirectScene),
    play('every page is accessible, light and dark, and fits on 320 px', looksScene),
  ]);
});

async function sharedScene(stage: Stage): Promise<void> {
  const { api, server } = stage;
  await stage.inRoom(async ({ page, person, witness }) => {
    const id = await person.ask();
    assert.equal(await api.status(id), 'created');
    await person.signIn();
    assert.equal(await api.status(id), 'initialized');
    assert.equal((await api.document(id, pdf)).code, 523, 'nothing can be had before the consent');
    await person.untick('UDCER');
    await person.answer('Allow');
    assert.equal(await page.locator('h1').textContent(), 'Done. Thank you.');
    const ended = await api.session(id);
    assert.deepEqual([ended?.status, ended?.documents_consented], ['succeeded', [pdf, xml]]);

    await person.toDemo();
    assert.equal(await person.card(id).getAttribute('data-status'), 'succeeded');
    for (const [docType, name, start] of [
      [pdf, `${pdf}.pdf`, /^%PDF-/],
      [xml, `${xml}.xml`, /^(<\?xml[^>]*\?>\s*)?(<!--[\s\S]*?-->\s*)*<Certificate[\s>]/],
    ] as const) {
      const file = await person.download(() => person.document(id, docType).click());
      assert.equal(file.name, name);
      assert.match(file.bytes.toString('latin1'), start);
      const [listed] = (await api.document(id, docType)).data?.files ?? [];
      assert.equal(file.bytes.length, listed?.size, 'the size that the API tells');
      assert.ok(file.bytes.equals(await api.bytes(listed?.url ?? '')), 'the integrator gets the same bytes');
    }
    await person.document(id, withheld).click();
    await page.waitForURL('**/documents/*');
    assert.match((await page.locator('main').textContent()) ?? '', /400.*Consent for udhyam_certificate not provided/s);
    const refused = await api.document(id, withheld);
    assert.deepEqual([refused.code, refused.message], [400, 'Consent for udhyam_certificate not provided']);

    await witness.settled();
    assert.deepEqual(witness.complaints, [], 'errors on the console or violations of the policy');
    assert.deepEqual(witness.missed(), [], 'pages that were not written down');
    const secrets = secretsOf(server);
    for (const name of [
      'API secret',
      'API access token',
      'EntityLocker access token',
      'code_verifier',
      'client_secret',
    ]) {
      assert.ok((secrets.get(name)?.size ?? 0) > 0, `${name}: the test must know it, to know that it is not there`);
    }
    const seen = [...witness.seen(), { url: 'cookies', text: JSON.stringify(await page.context().cookies()) }];
    assert.ok(
      seen.some(({ text }) => text.includes('<h1>Done. Thank you.')),
      'the bodies of pages were seen',
    );
    assert.deepEqual(leaks(secrets, seen), [], 'secrets in the browser');
  });
}

async function deniedScene({ api, inRoom }: Stage): Promise<void> {
  await inRoom(async ({ page, person, witness }) => {
    const id = await person.ask();
    await person.signIn();
    await person.answer('Deny');
    assert.equal(await page.locator('h1').textContent(), 'Nothing was shared');
    assert.equal(await api.status(id), 'failed');
    const { code, message } = await api.document(id, pdf);
    assert.deepEqual([code, message], [523, 'Cannot get document due to invalid session lifecycle']);
    await person.toDemo();
    assert.equal(await person.card(id).getAttribute('data-status'), 'failed');
    assert.deepEqual(witness.complaints, []);
  });
}

/** One journey has ended before the stop, another stands at the locker's question. */
async function restartScene({ api, server, inRoom }: Stage, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  await inRoom(async ({ person }) => {
    const ended = await person.ask();
    await person.signIn();
    await person.answer('Allow');
    const listed = (await api.document(ended, pdf)).data?.files?.[0];
    const before = await api.bytes(listed?.url ?? '');

    const open = await person.ask();
    await person.signIn();
    const end = await server.stop(signal);
    assert.deepEqual(end, signal === 'SIGTERM' ? [0, null] : [null, 'SIGKILL']);
    await server.start();
    assert.equal(await api.status(open), 'initialized');
    await person.answer('Allow');
    assert.equal(await api.status(open), 'succeeded');
    assert.equal((await api.document(open, xml)).data?.files?.length, 1);

    assert.equal(await api.status(ended), 'succeeded');
    assert.ok(before.length > 0 && before.equals(await api.bytes(listed?.url ?? '')), 'the link of before still works');
    await person.toDemo();
    for (const id of [ended, open]) assert.equal(await person.card(id).getAttribute('data-status'), 'succeeded');
  });
}
