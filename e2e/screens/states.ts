import { type Locale, locales } from '@tijori/wire';
import { AppError } from '../../packages/server/src/domain/app-error.ts';
import type { Session } from '../../packages/server/src/domain/session.ts';
import { type ConsentPage, consentPage, departurePage } from '../../packages/server/src/pages/consent-page.ts';
import { errorPage } from '../../packages/server/src/pages/error-page.ts';
import type { Html } from '../../packages/server/src/pages/html.ts';
import { returnPage } from '../../packages/server/src/pages/return-page.ts';
import { withdrawalCodePage, withdrawalPage, withdrawnPage } from '../../packages/server/src/pages/withdrawal-page.ts';
import { sessionWith } from '../../packages/server/src/testing/session.ts';

/** A page as somebody sees it, made without a journey. */
export interface ScreenState {
  /** Stands under its picture; unique. */
  name: string;
  html: string;
}

const workspaceName = 'Narmada Finance (fictional)';
const docTypes = ['company_master_details', 'gstn_details', 'udhyam_certificate'] as const;
const purposes = { gstn_details: 'Check of the GST registration for a loan' } as const;
const address = 'https://consent.example.in/consent/3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60';

function consent(change: Partial<Session>, more: Partial<ConsentPage> = {}): Html {
  return consentPage({
    locale: 'en-IN',
    inLocale: (locale) => `?lang=${locale}`,
    session: sessionWith({ docTypes: [...docTypes], ...change }),
    workspaceName,
    retentionMinutes: 60,
    address,
    documents: [
      { docType: 'company_master_details', state: 'held' },
      { docType: 'gstn_details', state: 'pending' },
    ],
    erased: false,
    wayOn: { href: '/demo', text: 'Back to the demo' },
    ...more,
  });
}

const failed = (statusReason: Session['statusReason'], more?: Partial<ConsentPage>) =>
  consent({ status: 'failed', statusReason }, more);

function error(code: ConstructorParameters<typeof AppError>[0], requestHref?: string): Html {
  return errorPage(new AppError(code), { locale: 'en-IN', transactionId: '1b9d6bcd-bbfd-4b2d', requestHref });
}

const shared = {
  status: 'succeeded',
  documentsConsented: ['company_master_details', 'gstn_details'],
} as const;
const script = { code: '', nonce: '', data: {} };

const withdrawn = { consentEndedAtMs: 1, consentEndReason: 'withdrawn' } as const;
const english = { locale: 'en-IN', inLocale: (locale: Locale) => `?lang=${locale}` } as const;
const given = (change: Partial<Session> = {}) => ({ session: sessionWith({ ...shared, ...change }), workspaceName });
const code = 'A'.repeat(43);

/** Every state of the pages for people, in English. */
const states: Readonly<Record<string, Html>> = {
  request: consent({ purposes }),
  'request: sign-up, live': consent({ flow: 'signup', mode: 'live', returnUrl: 'https://shop.example/back' }),
  'request: not answering': consent({ status: 'initialized' }, { notAnswering: true }),
  'request: framed': consent({}, { framed: true }),
  'request: seed #7b1fa2': consent({ purposes }, { seed: '7b1fa2' }),
  'request: seed #ffd600': consent({ purposes }, { seed: 'ffd600' }),
  waiting: consent({ status: 'authorized' }),
  'done: two of three': consent(shared),
  'done: all there': consent(
    { ...shared, documentsConsented: [...docTypes] },
    { documents: docTypes.map((docType) => ({ docType, state: 'held' })) },
  ),
  'done: issuer down': consent(shared, {
    documents: [
      { docType: 'company_master_details', state: 'held' },
      { docType: 'gstn_details', state: 'failed' },
    ],
  }),
  'done: erased': consent(shared, { erased: true }),
  'done: framed': consent(shared, { framed: true }),
  'failed: denied': failed('consent_denied'),
  'failed: nothing consented': failed('nothing_consented'),
  'failed: another business': failed('entity_mismatch'),
  'failed: consent over': failed('consent_withdrawn'),
  'failed: refused upstream': failed('upstream_refused'),
  'failed: cancelled': failed('session_cancelled'),
  'failed: framed': failed('consent_denied', { framed: true }),
  expired: consent({ status: 'expired', statusReason: 'session_expired' }),
  departure: departurePage({ locale: 'en-IN', script }),
  return: returnPage({ locale: 'en-IN', address: 'about:blank', workspaceName }),
  'withdraw: code': withdrawalCodePage(english, script),
  'withdraw: question': withdrawalPage({ locale: 'en-IN' }, given(), code),
  'withdraw: over': withdrawalPage({ locale: 'en-IN' }, given(withdrawn), code),
  'withdraw: done': withdrawnPage({ locale: 'en-IN' }, given()),
  'error: not answering': error('upstream_unavailable', '/consent/1'),
  'error: opened elsewhere': error('link_refused'),
  'error: already used': error('link_refused', '/consent/1'),
  'error: no such request': error('data_not_found'),
  'error: no such page': error('route_not_found'),
  'error: another site': error('cross_origin_refused', '/consent/1'),
  'error: too many tries': error('rate_limited'),
  'error: restarting': error('shutting_down'),
  'error: ours': error('internal'),
};

/** Every state, in English. */
export const screenStates: readonly ScreenState[] = Object.entries(states).map(([name, { html }]) => ({ name, html }));

/** Where a deployment has no words of its own, the page's. */
const wayOn = { href: '/', site: 'shop.example' };

/** What is shown in every language: the longest page, the one with the list, and an end. */
export const languageStates: readonly ScreenState[] = locales.flatMap((locale: Locale) => [
  { name: `${locale}: request`, html: consent({ purposes }, { locale }).html },
  { name: `${locale}: done`, html: consent(shared, { locale, wayOn }).html },
  { name: `${locale}: another business`, html: failed('entity_mismatch', { locale, wayOn }).html },
  { name: `${locale}: withdraw`, html: withdrawalPage({ locale }, given(), code).html },
]);
