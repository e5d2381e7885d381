import { authorizationQuery, codeOf, tokenForm } from './requester.ts';
import { found, type Visitor, wayOf } from './visitor.ts';

/** Authorize, sign-in, one-time password, entity, consent, code, token, list, and three documents: 14 requests. */
export async function simulatorJourney(visitor: Visitor, state: string): Promise<void> {
  visitor.begin();
  const query = authorizationQuery(state, { req_doctype: 'CPMTD,GSTND,UDCER', purpose: 'Bench' });
  const journey = wayOf(await visitor.ask(303, `/public/oauth2/1/authorize?${query}`));
  const page = async () => (await visitor.ask(200, journey)).body.toString();
  const post = (step: string, shown: string, ...fields: [string, string][]) => {
    const csrf = found(/name="csrf" value="([^"]+)"/, shown);
    return visitor.ask(303, `${journey}/${step}`, { method: 'POST', form: [['csrf', csrf], ...fields] });
  };
  await post('sign-in', await page(), ['mobile', '5550000001']);
  const otpPage = await page();
  await post('otp', otpPage, ['otp', found(/data-testid="otp">(\d{6})</, otpPage)]);
  const entityPage = await page();
  await post('entity', entityPage, ['entity', found(/name="entity" id="entity-0" value="([^"]+)"/, entityPage)]);
  const consentPage = await page();
  const ticked = [...consentPage.matchAll(/name="document" id="[^"]+" value="([^"]+)"/g)].map(([, uri]) => uri ?? '');
  const documents = ticked.map((uri): [string, string] => ['document', uri]);
  const back = await post('consent', consentPage, ...documents, ['decision', 'allow']);
  await collect(visitor, codeOf(wayOf(back), state));
}

/** What the client does with the code. */
async function collect(visitor: Visitor, code: string): Promise<void> {
  const form = tokenForm(code);
  const token = await visitor.ask(200, '/public/oauth2/1/token', { method: 'POST', form });
  const { access_token: accessToken } = JSON.parse(token.body.toString());
  const headers = { authorization: `Bearer ${accessToken}` };
  const list = await visitor.ask(200, '/public/oauth2/2/entity/files/issued', { headers });
  const { items } = JSON.parse(list.body.toString()) as { items: { uri: string; mime: string[] }[] };
  if (items.length !== 3) throw new Error(`${items.length} documents instead of 3`);
  for (const { uri, mime } of items) {
    const isXml = mime.includes('application/xml');
    const kind = isXml ? 'xml' : 'file';
    const { body } = await visitor.ask(200, `/public/oauth2/1/entity/${kind}/${uri}`, { headers });
    if (!body.subarray(0, 5).equals(Buffer.from(isXml ? '<?xml' : '%PDF-'))) throw new Error(`${uri} is no document`);
  }
}
