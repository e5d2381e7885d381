import { locales } from '@tijori/wire';
import { type Html, html } from '../pages/html.ts';
import { icon } from '../pages/icons.ts';
import { layout, type Page } from '../pages/layout.ts';
import { type DemoSession, demoStrip, sessionList } from './page.ts';
import { type DemoSettings, handleOptions } from './settings.ts';
import { shopSources } from './sources.ts';

export type ShopVariant = 'html' | 'react';

interface ShopPage {
  variant: ShopVariant;
  settings: DemoSettings;
  outcomes: readonly string[];
  sessions: readonly DemoSession[];
  /** Import map of the page in React, if there is a React. */
  imports: Record<string, string> | undefined;
  baseUrl: string;
  apiKey: string;
  nonce: string;
  nowMs: number;
}

/** The demo: a fictional shop that takes on a business, beside it what happens as it happens, below it how it is made. */
export function shopPage(view: ShopPage): Page {
  const { variant, sessions, nowMs } = view;
  return layout({
    title: variant === 'html' ? 'Tijori demo' : 'Tijori demo in React',
    strip: demoStrip,
    stylesheet: '/demo/assets/demo.css',
    main: html`<div class="demo-head">
<p class="brand">${icon('safe')}Tijori demo</p>
<nav aria-label="How the shop is made">${variantLinks(variant)}</nav>
</div>
<div class="stage">
<div class="shop">
<div class="shop-bar"><span class="shop-name">${icon('shop')}Example Bazaar</span><span class="shop-place">Seller onboarding</span></div>
<ol class="shop-steps" aria-label="Steps of the onboarding"><li aria-current="step">Business</li><li>Bank account</li><li>Catalogue</li></ol>
${shopBody(view)}
</div>
<aside class="panel" aria-labelledby="happens">
<div class="section-head"><h2 id="happens">What happens</h2><button type="button" class="link" data-panel="clear">Clear</button></div>
<p class="fine">Each event that the page hears, each call that its server makes, and each that the gateway’s frame makes. No secret, token or document is shown.</p>
<ol class="happenings" role="log" aria-label="Events and calls" data-panel="list"></ol>
<p class="fine nothing" data-panel="nothing">Nothing yet. Press the button.</p>
</aside>
</div>
${settingsForm(view)}
${source(variant)}
${sessions.length > 0 && sessionList(sessions, nowMs)}
${scripts(view)}`,
    footer: html`<p>Everything runs on this machine: the gateway, the pretend EntityLocker, the vault. Key and secret stay on the server side of this page.</p>`,
  });
}

function variantLinks(variant: ShopVariant): Html {
  const variants = [
    ['/demo', 'HTML', variant === 'html'],
    ['/demo/react', 'React', variant === 'react'],
    ['/demo/plain', 'No script', false],
  ] as const;
  return html`${variants.map(([href, text, isHere]) => html`<a href="${href}"${isHere && html` aria-current="page"`}>${text}</a>`)}`;
}

function shopBody({ variant, settings, imports, baseUrl, apiKey }: ShopPage): Html {
  const options = JSON.stringify(handleOptions(settings, baseUrl, apiKey));
  if (variant === 'react') {
    return imports
      ? html`<div id="shop" data-options="${options}"></div>`
      : html`<p class="fault" role="alert">React is not installed beside this server (<code>npm ci --omit=dev</code> leaves it out), so this page cannot run here. Its source is below.</p>`;
  }
  // The example's own markup, with this gateway in the place of "your-gateway"; its scripts follow at the end of the page.
  const [markup = ''] = shopSources.html.split('<script');
  const attribute = html`data-options="${options}"`.html;
  return { html: markup.replace(/data-options='[^']*'/, () => attribute) };
}

function settingsForm({ variant, settings, outcomes }: ShopPage): Html {
  const action = variant === 'html' ? '/demo' : '/demo/react';
  const select = (name: keyof DemoSettings, label: string, options: readonly (readonly [string, string])[]) =>
    html`<label>${label}<select name="${name}">${options.map(
      ([value, text]) => html`<option value="${value}"${value === settings[name] && html` selected`}>${text}</option>`,
    )}</select></label>`;
  const words: [string, string][] = outcomes.map((name) => [name, name.replaceAll('_', ' ')]);
  return html`<form class="settings" method="get" action="${action}" data-panel="settings" aria-label="How the shop shows it">
${select('mode', 'Shown', [
  ['modal', 'in a dialog'],
  ['container', 'in the page'],
  ['redirect', 'in this tab'],
])}
${select('look', 'Look', [
  ['', 'as your system'],
  ['light', 'light'],
  ['dark', 'dark'],
])}
<label>Colour<input type="color" name="colour" value="${settings.colour}"></label>
${select(
  'locale',
  'Language',
  locales.map((locale) => [locale, languageName(locale)]),
)}
${select('outcome', 'Outcome', [['', 'you decide'], ...words])}
<button class="button quiet" type="submit">Use these</button>
</form>`;
}

function languageName(locale: string): string {
  const language = locale.split('-')[0] ?? locale;
  return new Intl.DisplayNames([locale], { type: 'language' }).of(language) ?? locale;
}

function source(variant: ShopVariant): Html {
  const files: [string, string, string][] =
    variant === 'html'
      ? [
          ['add-business.html', 'The card of the shop, as it stands in your page', shopSources.html],
          ['add-business.js', 'Its script', shopSources.script],
        ]
      : [['add-business.tsx', 'The card of the shop, with @tijori/web/react', shopSources.react]];
  files.push(['server.js', 'A server of yours, which alone has the secret', shopSources.server]);
  return html`<section class="sources" aria-labelledby="source">
<h2 id="source">Its source, to copy</h2>
${files.map(
  ([name, words, text], index) => html`<details${index === 0 && html` open`}>
<summary><code>${name}</code> <span>${words}</span></summary>
<div class="code"><button type="button" class="link" data-panel="copy">Copy</button><pre tabindex="0" aria-label="${name}"><code>${text}</code></pre></div>
</details>
`,
)}</section>`;
}

const mount = `import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { AddBusiness } from '/demo/assets/react/add-business.js';
const place = document.querySelector('#shop');
const onEvent = (event) => dispatchEvent(new CustomEvent('entitylocker', { detail: event }));
createRoot(place).render(createElement(AddBusiness, { options: JSON.parse(place.dataset.options), onEvent }));`;

/** The panel first: it hears what the shop does. */
function scripts({ variant, imports, nonce }: ShopPage): Html {
  const file = (path: string) => html`<script nonce="${nonce}" src="${path}"></script>
`;
  if (variant === 'html') {
    const paths = ['/demo/assets/panel.js', '/kyc/entitylocker/sdk.js', '/demo/assets/html/add-business.js'];
    return html`${paths.map(file)}`;
  }
  return html`${file('/demo/assets/panel.js')}${
    imports &&
    html`<script type="importmap" nonce="${nonce}">${{ html: JSON.stringify({ imports }) }}</script>
<script type="module" nonce="${nonce}">${{ html: mount }}</script>`
  }`;
}
