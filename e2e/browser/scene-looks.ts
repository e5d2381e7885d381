import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { AppError } from '../../packages/server/src/domain/app-error.ts';
import type { Session } from '../../packages/server/src/domain/session.ts';
import { consentPage } from '../../packages/server/src/pages/consent-page.ts';
import { errorPage } from '../../packages/server/src/pages/error-page.ts';
import { faults } from './accessibility.ts';
import type { Stage } from './stage.ts';

/** Acts for two businesses, and is therefore asked for which. */
const farida = '5550000005';
/** Has a business with three GST registrations, so that one document comes as several files. */
const ravi = '5550000002';

/** Walks every page that there is and has each judged, see accessibility.ts. */
export async function looksScene({ baseUrl, inRoom }: Stage): Promise<void> {
  const found: string[] = [];
  const titles = new Set<string>();
  const look = async (page: Page) => {
    const title = await page.title();
    // Pages that come up twice are judged once; the demo with sessions on it is another page than without.
    const name = `${title} ${await page.locator('[data-session]').count()}`;
    if (titles.has(name)) return;
    titles.add(name);
    found.push(...(await faults(page)));
  };
  await inRoom(
    async ({ page, person }) => {
      const succeeded = await person.ask();
      await person.signIn(ravi);
      await person.untick('CPMTD');
      await person.answer('Allow');
      await person.toDemo();
      await person.document(succeeded, 'gstn_details').click();
      await look(page);
      await page.goBack();
      await person.document(succeeded, 'company_master_details').click();
      await look(page);
      await person.ask();
      await person.signIn(farida);
      await look(page);
      await page.getByRole('radio').first().check();
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await person.answer('Deny');
      await person.toDemo();
      for (const address of [
        '/consent/00000000-0000-4000-8000-000000000000',
        '/callbacks/kyc/entitylocker/oauth',
        '/demo/react',
        '/docs',
      ]) {
        await page.goto(`${baseUrl}${address}`);
        await look(page);
      }
      await unreachable(page, baseUrl, look);
    },
    { look, bypassCSP: true },
  );
  assert.deepEqual(found, []);
  assert.ok(titles.size >= 18, `only ${titles.size} pages were judged: ${[...titles].join(', ')}`);
}

/** States that a journey on a healthy machine does not pass within the hour: our pages for them, with the real stylesheet. */
async function unreachable(page: Page, baseUrl: string, look: (page: Page) => Promise<void>): Promise<void> {
  const session = (status: Session['status']): Session => ({
    id: '00000000-0000-4000-8000-000000000000',
    workspaceId: 'workspace',
    mode: 'test',
    family: 'sdk',
    flow: 'signin',
    docTypes: ['company_master_details'],
    status,
    createdAtMs: 0,
    updatedAtMs: 0,
    expiresAtMs: 0,
    documentsConsented: [],
    documentsExpireAtMs: null,
    scenario: null,
    statusReason: null,
    resets: 0,
    exchangeFailures: 0,
    returnUrl: null,
    consentExpiresAtMs: null,
    reference: null,
    metadata: null,
    purposes: {},
    locale: null,
    expectedEntity: null,
    consentValidUntilMs: null,
    consentEndedAtMs: null,
    consentEndReason: null,
    redactedAtMs: null,
  });
  const view = {
    workspaceName: 'Example Lender (fictional)',
    retentionMinutes: 60,
    erased: false,
    address: `${baseUrl}/consent/rendered`,
    documents: [],
    locale: 'en-IN',
  } as const;
  const fault = { locale: 'en-IN', transactionId: 'reference' } as const;
  const pages = [
    consentPage({ ...view, session: session('authorized') }),
    consentPage({ ...view, session: session('expired') }),
    consentPage({ ...view, session: { ...session('failed'), statusReason: 'session_cancelled' } }),
    errorPage(new AppError('cross_origin_refused'), fault),
    errorPage(new AppError('upstream_unavailable'), fault),
  ];
  for (const { html } of pages) {
    await page.route(`${baseUrl}/rendered`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto(`${baseUrl}/rendered`);
    await look(page);
    await page.unroute(`${baseUrl}/rendered`);
  }
}
