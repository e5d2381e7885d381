import { hash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PageScript } from './layout.ts';

/** The browser scripts of `@tijori/web`, made by `npm run gen:web`. */
const read = (name: string) => readFileSync(fileURLToPath(import.meta.resolve(`@tijori/web/${name}`)), 'utf8');

/** The script of the page in an integrator's page: by its content, so that a browser may keep it for good. */
export const frameScript = (() => {
  const text = read('frame.js');
  const version = hash('sha256', text, 'base64url').slice(0, 16);
  return { text, version, address: `/assets/frame/${version}.js` };
})();
const windowScript = read('window.js');
const withdrawScript = read('withdraw.js');

/** The integrators' script, for a gateway at this address. */
export function sdkScript(baseUrl: string): string {
  return read('sdk.js').replace('{{baseUrl}}', baseUrl);
}

/** For the page in an integrator's page. */
export function framePageScript(written: object): PageScript {
  return { src: frameScript.address, nonce: newNonce(), data: { frame: JSON.stringify(written) } };
}

/** For our pages in a window of their own. */
export function windowPageScript(data: Readonly<Record<string, string>>): PageScript {
  return { code: windowScript, nonce: newNonce(), data };
}

/** For the page where a person gives the code of a consent. */
export function withdrawalScript(): PageScript {
  return { code: withdrawScript, nonce: newNonce(), data: {} };
}

/** 128 bits, never twice (acceptance C5). */
export function newNonce(): string {
  return randomBytes(16).toString('base64');
}
