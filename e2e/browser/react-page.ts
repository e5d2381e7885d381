import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reactModules } from '../../packages/server/src/demo/react-modules.ts';
import { type ShopPage, shopHead } from './shop.ts';

/** A shop in React, as somebody writes it who has installed the package; without JSX, which browsers do not read. */
const app = `
import { createElement as h, StrictMode, useState, version } from 'react';
import { createRoot } from 'react-dom/client';
import { EntityLockerButton, useEntityLocker } from '@tijori/web/react';

const heard = (window.heard = JSON.parse(sessionStorage.heard || '[]'));
const hear = (event) => {
  heard.push(event);
  sessionStorage.heard = JSON.stringify(heard);
};
window.outcomes = [];
window.version = version;
const [first, second] = new URLSearchParams(location.search).getAll('session');

function Shop({ options, remove }) {
  const [count, setCount] = useState(0);
  const { open, close, isOpen } = useEntityLocker({ ...options, onEvent: (event) => hear({ ...event, count }), resume: false });
  return h('div', { id: 'shop', 'data-open': isOpen },
    h('button', { id: 'hook', type: 'button', onClick: async () => outcomes.push(await open(first)) }, 'By the hook'),
    h(EntityLockerButton, {
      ...options, sessionId: second ?? null, className: 'ready-made', onEvent: hear,
      brand: { name: 'MyBrand' }, onOutcome: (outcome) => outcomes.push(outcome),
    }),
    h('button', { id: 'more', type: 'button', onClick: () => setCount(count + 1) }, 'Render again'));
}

const root = createRoot(document.querySelector('#root'));
window.unmount = () => root.unmount();
root.render(h(StrictMode, null, h(Shop, { options: window.options })));
`;

/** Its page and everything that it loads, from the shop's own origin: React as installed in a folder, the package as packed. */
export function reactPages(
  reactFrom: string,
  distDir: string,
  options: { apiKey: string; baseUrl: string },
): Record<string, ShopPage> {
  const script = { 'content-type': 'text/javascript; charset=utf-8' };
  const react = reactModules(reactFrom, 'development');
  const imports = {
    ...Object.fromEntries(Object.entries(react.names).map(([name, file]) => [name, `/react/${file}`])),
    '@tijori/web/react': '/web/react.js',
  };
  const web = readdirSync(distDir).filter((file) => file.endsWith('.js'));
  return {
    '/': {
      html: `${shopHead}<div id="root"></div>
<script>window.options = ${JSON.stringify(options)};</script>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module" src="/app.js"></script>`,
    },
    '/app.js': { html: app, headers: script },
    ...Object.fromEntries([...react.files].map(([file, html]) => [`/react/${file}`, { html, headers: script }])),
    ...Object.fromEntries(
      web.map((file) => [`/web/${file}`, { html: readFileSync(join(distDir, file), 'utf8'), headers: script }]),
    ),
  };
}
