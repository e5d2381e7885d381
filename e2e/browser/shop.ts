import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An integrator's page: its HTML, and headers of its own if it has any. */
export interface ShopPage {
  html: string | Buffer;
  headers?: Record<string, string>;
}

export interface Shop {
  origin: string;
  close(): void;
}

/** An integrator's pages, on a site of their own: the gateway is 127.0.0.1, this is localhost. */
export async function openShop(pages: Readonly<Record<string, ShopPage>>): Promise<Shop> {
  const server: Server = createServer((request, response) => {
    const page = pages[new URL(request.url ?? '/', 'http://shop').pathname];
    if (!page) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers }).end(page.html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The top of every page of the shop. */
export const shopHead = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Example shop (fictional)</title><link rel="icon" href="data:,">
<style>body{margin:0;padding:2rem;font:1rem/1.5 system-ui;background:#f3efe6;color:#222}button{font:inherit;padding:.7rem 1.2rem}</style>
<main><h1>Example shop (fictional)</h1><p>Sell on our marketplace. Add your business to begin.</p><p><a href="#terms">Terms</a></p>`;

/**
 * A page as somebody writes it for the vendor, from the documented surface (sandbox-api §4.1): only the address of the
 * script is ours. What its listener hears is kept in `heard`.
 */
export function vendorPage(script: string, apiKey: string): string {
  return `${shopHead}
<button id="start">Add your business</button>
<script src="${script}"></script>
<script>
const heard = (window.heard = JSON.parse(sessionStorage.heard || '[]'));
class Listener extends window.EntitylockerSDK.EventListener {
  constructor() { super(); }
  onEvent(event) {
    heard.push(event);
    sessionStorage.heard = JSON.stringify(heard);
  }
}
window.EntitylockerSDK.setAPIKey(${JSON.stringify(apiKey)});
window.EntitylockerSDK.setEventListener(new Listener());
document.querySelector('#start').addEventListener('click', () => {
  window.EntitylockerSDK.open({
    session_id: new URLSearchParams(location.search).get('session'),
    brand: { name: 'MyBrand', logo_url: location.origin + '/logo.png' },
    theme: { mode: new URLSearchParams(location.search).get('mode') || 'light', seed: '#3D6838' },
  });
});
</script>`;
}

/** A page that uses our own surface, with one handle for each session in its address. */
export function ownPage(script: string, { apiKey, baseUrl }: { apiKey: string; baseUrl: string }): string {
  return `${shopHead}
<div id="buttons"></div>
<script src="${script}"></script>
<script>
const heard = (window.heard = JSON.parse(sessionStorage.heard || '[]'));
const query = new URLSearchParams(location.search);
window.lockers = query.getAll('session').map((session, index) => {
  const box = document.body.appendChild(document.createElement('div'));
  const mode = query.get('place') || 'modal';
  if (mode === 'container') box.style.cssText = 'height:44rem';
  const locker = createEntityLocker({
    baseUrl: ${JSON.stringify(baseUrl)}, apiKey: ${JSON.stringify(apiKey)}, mode, container: () => box,
  });
  locker.on('*', (event) => {
    heard.push(event);
    sessionStorage.heard = JSON.stringify(heard);
  });
  const button = buttons.appendChild(document.createElement('button'));
  button.id = 'open' + index;
  button.textContent = 'Add business ' + index;
  button.onclick = async () => { (window.outcomes ??= []).push(await locker.open(session)); };
  return locker;
});
window.lockers[0]?.resume();
</script>`;
}

/** A picture of one pixel, as an integrator's server would have it. */
export function shopLogo(): Buffer {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
  return Buffer.from(png, 'base64');
}
