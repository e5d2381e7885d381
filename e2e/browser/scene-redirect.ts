import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Stage } from './stage.ts';

/**
 * A shop on another site sends its customer to the address that init gave it, and gets the customer back. In a real
 * browser, because that one applies the locker's `form-action` to everything that its form leads to.
 */
export async function redirectScene({ api, inRoom }: Stage): Promise<void> {
  const shop = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://localhost').searchParams.get('to');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><title>Shop</title><h1>Shop</h1>${address ? `<a href="${address}">Add documents</a>` : ''}`,
    );
  });
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  const base = `http://localhost:${(shop.address() as AddressInfo).port}`;
  try {
    for (const [answer, status] of [
      ['Allow', 'succeeded'],
      ['Deny', 'failed'],
    ] as const) {
      await inRoom(async ({ page, person, witness }) => {
        const { id, address } = await api.init(`${base}/back?step=documents`);
        await page.goto(`${base}/?to=${encodeURIComponent(address)}`);
        await page.getByRole('link', { name: 'Add documents' }).click();
        await person.signInAtLocker();
        await page.getByRole('button', { name: answer, exact: true }).click();
        await page.waitForURL(`${base}/back?*`);
        assert.equal(page.url(), `${base}/back?step=documents&session_id=${id}&status=${status}`);
        assert.equal(await page.evaluate('document.referrer'), '', 'the shop is not told what came before');
        assert.deepEqual(witness.complaints, [], 'errors on the console or violations of the policy');
        await page.goto(address);
        assert.equal(page.url(), `${base}/back?step=documents&session_id=${id}&status=${status}`);
      });
    }
  } finally {
    shop.close();
    shop.closeAllConnections();
  }
}
