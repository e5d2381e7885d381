import encodeQr from 'qr';
import { fill } from './fill.ts';
import { type Html, html } from './html.ts';
import { icon } from './icons.ts';
import type { Texts } from './texts/index.ts';

/** White modules around the code, as its standard wants them. */
const quietZone = 4;
const ownHosts = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The same request on a phone: its address as a QR code, drawn here, so that the page needs no script and the SDK no encoder
 * for it. Whoever asked goes on by itself, since the end is on the server. Handheld devices do not show it (page.css).
 */
export function anotherDevice(address: string, { device }: Texts): Html {
  const { host, hostname } = new URL(address);
  const isOnlyHere = ownHosts.includes(hostname);
  return html`<details class="another-device">
<summary>${icon('phone')}${device.title}</summary>
<div>
${qrCode(address, device.code)}
<p>${device.how}</p>
<p class="fine">${device.secret}</p>
${isOnlyHere && html`<p class="fine">${fill(device.onlyHere, { host: html`<code>${host}</code>` })}</p>`}
</div>
</details>`;
}

/** Black on white whatever the page's colours are: cameras want it so. One path, a rectangle for each run of black modules. */
export function qrCode(text: string, name: string): Html {
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
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${name}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`;
}
