import type { ShopPage } from '../e2e/browser/shop.ts';

/**
 * The least that a journey can be: what a browser charges for a dialog, a frame of another site in it, a window opened in a press of a
 * button, one request and one message, where nothing is checked, shown or healed. `in frame` does it where ours has to (the person
 * consents on the gateway's origin); `in page` lets the page do all of it, beside a frame without script.
 */
export const bareWays = ['in frame', 'in page'] as const;
export type BareWay = (typeof bareWays)[number];

const script = (code: string): ShopPage => ({ html: code, headers: { 'content-type': 'text/javascript' } });
const head = '<!doctype html><title>Bare</title><link rel="icon" href="data:,">';

/** Pages of them all: `here` is the shop's origin, `there` the same server under the gateway's site. */
export function barePages(here: string, there: string): Record<string, ShopPage> {
  const pages: Record<string, ShopPage> = {
    '/bare/poll': { html: '{"data":{"status":"succeeded"}}', headers: { 'access-control-allow-origin': here } },
    '/bare/window': { html: `${head}<script>opener.postMessage('back', name)</script>` },
    '/bare/frame-without-script': { html: `${head}<h1>Bare</h1>` },
    '/bare/frame': {
      html: `${head}<button>Continue</button><script>
document.querySelector('button').onclick = () => {
  const trip = open('/bare/window', '${there}', 'popup');
  onmessage = () => {
    trip.close();
    const poll = new XMLHttpRequest();
    poll.open('GET', '/bare/poll');
    poll.onload = () => parent.postMessage('end', '${here}');
    poll.send();
  };
};
</script>`,
    },
  };
  const dialog = (src: string, then: string) =>
    script(`document.querySelector('button').onclick = () => {
  const dialog = document.createElement('dialog');
  const frame = document.createElement('iframe');
  frame.src = '${there}${src}';
  dialog.append(frame);
  document.body.append(dialog);
  dialog.showModal();
  ${then}
};`);
  const sdks: Record<BareWay, ShopPage> = {
    'in frame': dialog('/bare/frame', 'onmessage = () => dialog.remove();'),
    'in page': dialog(
      '/bare/frame-without-script',
      `const trip = open('${there}/bare/window', '${here}', 'popup');
  onmessage = () => {
    trip.close();
    const poll = new XMLHttpRequest();
    poll.open('GET', '${there}/bare/poll');
    poll.onload = () => dialog.remove();
    poll.send();
  };`,
    ),
  };
  for (const way of bareWays) {
    const path = pathOf(way);
    pages[`${path}/sdk.js`] = sdks[way];
    pages[path] = { html: `${head}<button>Open</button><script src="${there}${path}/sdk.js"></script>` };
  }
  return pages;
}

export const pathOf = (way: BareWay) => `/bare/${way.replace(' ', '-')}`;

/** Whose a script of theirs is. */
export function bareOwner(url: string): string | false {
  if (url.endsWith('/sdk.js')) return 'SDK';
  if (url.endsWith('/bare/window')) return 'windows';
  return url.endsWith('/bare/frame') && 'frame';
}
