import { documentsOf, otpOf, redirectUri } from './test-simulator.ts';

/** A browser of its own over the socket, for tests: no shared code with the simulator's side of the exchange. */
export async function decideInBrowser(start: URL, decision: 'allow' | 'deny' = 'allow'): Promise<URL> {
  let cookie = '';
  let at = start;
  const go = async (url: URL, form?: URLSearchParams): Promise<string> => {
    const headers = { cookie, accept: 'text/html' };
    const answer = await fetch(url, { redirect: 'manual', headers, ...(form && { method: 'POST', body: form }) });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const location = answer.headers.get('location');
    if (location === null) return answer.text();
    at = new URL(location, url);
    return at.href.startsWith(redirectUri) ? '' : go(at);
  };
  const post = (body: string, step: string, fields: [string, string][]) => {
    const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
    return go(new URL(`${at.pathname}/${step}`, start), new URLSearchParams([['csrf', csrf], ...fields]));
  };
  let body = await go(start);
  body = await post(body, 'sign-in', [['mobile', '5550000001']]);
  body = await post(body, 'otp', [['otp', otpOf({ status: 200, location: undefined, headers: {}, body })]]);
  const ticked = documentsOf({ status: 200, location: undefined, headers: {}, body });
  await post(body, 'consent', [...ticked.map((uri): [string, string] => ['document', uri]), ['decision', decision]]);
  return at;
}
