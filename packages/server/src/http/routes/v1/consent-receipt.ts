import { type ConsentReceiptQuery, consentReceipt as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { receiptPage } from '../../../pages/receipt-page.ts';
import { ownReceipt } from '../../../usecases/consent/receipt.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { callerOf } from '../../identity.ts';
import { localeOfReceipt } from '../../receipt-locale.ts';
import { keysPath } from '../evidence-keys.ts';
import { routerPath } from '../path.ts';

export function consentReceiptRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { session_id: string }; Querystring: ConsentReceiptQuery }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    config: { problem: true },
    schema: { params: endpoint.params, querystring: endpoint.query, response: { 200: endpoint.response } },
    handler: async (request) => {
      const { session, receipt, jws } = await ownReceipt(deps, callerOf(request), request.params.session_id);
      const locale = request.query.locale ?? localeOfReceipt(session, receipt);
      const keysUrl = `${deps.baseUrl}${keysPath}`;
      return { receipt, jws, html: receiptPage({ receipt, jws, locale, keysUrl }).html };
    },
  });
}
