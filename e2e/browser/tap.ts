/**
 * Loaded into the server's process before anything else (`--import`): writes down what its server side calls and is
 * answered, so that the test knows by their very values the secrets that must never be seen in the browser.
 */
import { appendFileSync } from 'node:fs';

export interface TapLine {
  url: string;
  headers: Record<string, string>;
  body: string;
  answer: string;
}

export const tapVariable = 'TIJORI_E2E_TAP';

const path = process.env[tapVariable];
if (path) {
  const untapped = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = await request.clone().text();
    const response = await untapped(input, init);
    const isText = /json|urlencoded/.test(response.headers.get('content-type') ?? '');
    const line: TapLine = {
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body,
      answer: isText ? await response.clone().text() : '',
    };
    appendFileSync(path, `${JSON.stringify(line)}\n`);
    return response;
  };
}
