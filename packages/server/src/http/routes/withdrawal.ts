import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { receiptPage } from '../../pages/receipt-page.ts';
import { withdrawalScript } from '../../pages/scripts.ts';
import { sendPage } from '../../pages/send-page.ts';
import { withdrawalCodePage, withdrawalPage, withdrawnPage } from '../../pages/withdrawal-page.ts';
import { receiptByCode } from '../../usecases/consent/receipt.ts';
import { consentOfCode, withdrawalPath, withdrawByCode } from '../../usecases/consent/withdraw.ts';
import type { Deps } from '../../usecases/deps.ts';
import { appearanceOf, rememberLocale } from '../appearance.ts';
import { localeOfReceipt } from '../receipt-locale.ts';
import { onCanonicalHost, refuseOtherOrigins } from '../same-origin.ts';
import { keysPath } from './evidence-keys.ts';

type Form = { Body: { code?: unknown } | null };

/**
 * Where a person takes a consent back, without an account. The code comes in the fragment of their link, which no request
 * carries, and leaves the browser only in the body of a form of ours. Looking changes nothing; a click withdraws.
 */
export async function withdrawalRoutes(app: FastifyInstance, { deps }: { deps: Deps }): Promise<void> {
  await app.register(cookie);
  await app.register(formbody);
  const page = { config: { page: true } };
  const step = { ...page, onRequest: refuseOtherOrigins(deps.baseUrl) };
  const codeOf = ({ body }: FastifyRequest<Form>) => (typeof body?.code === 'string' ? body.code.trim() : '');

  app.get(withdrawalPath, { ...page, preHandler: onCanonicalHost(deps.baseUrl) }, async (request, reply) => {
    const script = withdrawalScript();
    rememberLocale(request, reply, deps.baseUrl.startsWith('https:'));
    return sendPage(reply, withdrawalCodePage(appearanceOf(request), script), 200, [], { nonce: script.nonce });
  });

  app.post<Form>(withdrawalPath, step, async (request, reply) => {
    const code = codeOf(request);
    const consent = await consentOfCode(deps, code);
    return sendPage(reply, withdrawalPage(appearanceOf(request, consent.session), consent, code));
  });

  app.post<Form>(`${withdrawalPath}/confirm`, step, async (request, reply) => {
    const consent = await withdrawByCode(deps, codeOf(request));
    return sendPage(reply, withdrawnPage(appearanceOf(request, consent.session), consent));
  });

  // Looking at a receipt withdraws nothing. It is a POST all the same, for the code's sake.
  app.post<Form>(`${withdrawalPath}/receipt`, step, async (request, reply) => {
    const code = codeOf(request);
    const { session, receipt, jws } = await receiptByCode(deps, code);
    const page = receiptPage({
      receipt,
      jws,
      locale: localeOfReceipt(session, receipt),
      keysUrl: `${deps.baseUrl}${keysPath}`,
      withdrawalLink: `${deps.baseUrl}${withdrawalPath}#${code}`,
    });
    return sendPage(reply, page);
  });
}
