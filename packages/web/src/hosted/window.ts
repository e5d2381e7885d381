import type { MessageOf, windowToFrame } from '../page-messages.ts';

/** The frame that a window came back to has closed it by then, ms. */
const closedMs = 3_000;

/**
 * The script of our pages in a window of their own. Back from a trip, it tells the frame that opened the window, at our
 * own origin and nowhere else: what another site opened hears nothing (acceptance C1). Where no frame is left it goes
 * back to the page where the person was, if there is one.
 */
function runWindow({ window: kind, session = '', requestToken: handle = '', back = '' }: DOMStringMap): void {
  const { opener } = window as { opener: Window | null };
  if (kind === 'waiting') {
    // A page with a policy of its own (COOP) gets such a window without its opener: nobody will ever lead it on.
    if (!opener) window.close();
    return;
  }
  if (opener) {
    const message: MessageOf<typeof windowToFrame> = { type: 'tijori.returned', nonce: window.name, session, handle };
    opener.postMessage(message, location.origin);
    // The frame closes it. But it may have done so while this page was still on its way, and browsers lose that order.
    setTimeout(() => opener.closed || window.close(), closedMs);
  } else if (back) location.replace(back);
}

runWindow(document.body.dataset);
