import encodeQr from 'qr';
import { type Html, html } from './html.ts';
import { icon } from './icons.ts';

/** White modules around the code, as its standard wants them. */
const quietZone = 4;
const ownHosts = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The same request on a phone: its address as a QR code, drawn here, so that the page needs no script and the SDK no encoder
 * for it. Whoever asked goes on by itself, since the end is on the server. Handheld devices do not show it (page.css).
 */
export function anotherDevice(address: string): Html {
  const isOnlyHere = ownHosts.includes(new URL(address).hostname);
  return html`<details class="another-device">
<summary>${icon('phone')}Continue on your phone instead</summary>
<div>
${qrCode(address)}
<p>Point your phone’s camera at the code and go on there. This page notices by itself when you are done.</p>
<p class="fine">Whoever has the address can open this request. Show it to nobody else.</p>
${isOnlyHere && html`<p class="fine">This gateway runs on this machine alone: another device cannot reach <code>${new URL(address).host}</code>.</p>`}
</div>
</details>`;
}

/** Black on white whatever the page's colours are: cameras want it so. One path, a rectangle for each run of black modules. */
export function qrCode(text: string): Html {
  const rows = encodeQr(text, 'raw', { ecc: 'medium', border: quietZone });
  const size = rows.length;
  let path = '';
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < size; x += 1) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x += 1;
      path += `M${start} ${y}h${x + 1 - start}v1H${start}z`;
    }
  }
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="QR code of this page’s address" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`;
}
