import type { Labels } from './options.ts';

/** A frame that is out of sight is kept this long, ms, so that what was said to it last arrives. */
const farewellMs = 300;

/** Where the frame stands in the page. */
export interface Surface {
  iframe: HTMLIFrameElement;
  /** Puts a sentence in the frame's place. */
  say(text: string): void;
  /** Shows the frame, which is out of sight until it has its colours and language. */
  reveal(): void;
  /** Names itself and its button in another language. */
  speak(labels: Labels): void;
  /** Brings the keyboard into the frame. */
  focus(): void;
  remove(): void;
}

interface Look {
  url: string;
  mode: string;
  labels: Labels;
  cspNonce: string | undefined;
}

const css = `dialog{position:fixed;inset:0;box-sizing:border-box;width:min(31rem,100vw);height:min(46rem,100dvh - 2rem);max-width:none;max-height:none;margin:auto;padding:0;border:0;border-radius:1rem;overflow:hidden;overscroll-behavior:contain;background:#fff;color:#1b2230;font:1rem/1.5 system-ui,sans-serif;box-shadow:0 1rem 4rem rgb(0 0 0/.35)}
dialog[open]{display:flex;flex-direction:column}
dialog[data-mode=dark]{background:#1a2028;color:#eceff4}
dialog::backdrop{background:rgb(10 14 20/.6)}
header{display:flex;align-items:center;gap:.5rem;padding:.25rem .25rem .25rem 1.25rem;font-size:.9rem;font-weight:600}
b{flex:1;min-width:0}
iframe{flex:1;width:100%;min-height:0;border:0;opacity:0;color-scheme:light dark}
[data-mode=light] iframe{color-scheme:light}
[data-mode=dark] iframe{color-scheme:dark}
iframe[data-shown]{opacity:1}
p{margin:2rem}
button{width:2.75rem;height:2.75rem;padding:0;border:0;border-radius:.75rem;background:0 0;color:inherit;font:1.6rem/1 system-ui,sans-serif;cursor:pointer}
button:hover{background:rgb(128 128 128/.2)}
button:focus-visible{outline:3px solid;outline-offset:-3px}
@media(max-width:36rem){dialog{width:100vw;height:100dvh;border-radius:0}}
@media(prefers-color-scheme:dark){dialog[data-mode=""]{background:#1a2028;color:#eceff4}}
@media(prefers-reduced-motion:no-preference){dialog{animation:rise .18s ease-out}@keyframes rise{from{opacity:0;transform:translateY(.75rem)}}}`;

/**
 * A modal dialog of the browser's own: it holds the keyboard, puts the page behind out of reach of pointers and screen
 * readers, hears Escape, and gives the focus back. In a shadow root, so that neither page changes the other's style.
 */
export function openModal(look: Look, onClose: () => void): Surface {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  addStyle(root, look.cspNonce);
  const dialog = document.createElement('dialog');
  dialog.setAttribute('data-mode', look.mode);
  const button = document.createElement('button');
  button.textContent = '×';
  button.onclick = () => dialog.close();
  const iframe = frameOf(look);
  const header = document.createElement('header');
  const title = document.createElement('b');
  header.append(title, button);
  const speak = ({ title: name, close }: Labels) => {
    dialog.ariaLabel = iframe.title = title.textContent = name;
    button.ariaLabel = close;
  };
  speak(look.labels);
  dialog.append(header, iframe);
  root.append(dialog);
  document.body.append(host);
  dialog.onclose = onClose;
  dialog.showModal();
  return {
    iframe,
    say: (text) => iframe.replaceWith(noteOf(text)),
    // So that it is not white for a moment in a dark page, or the other way round.
    reveal: () => iframe.setAttribute('data-shown', ''),
    speak,
    focus: () => iframe.focus(),
    remove() {
      dialog.onclose = null;
      dialog.close();
      setTimeout(() => host.remove(), farewellMs);
    },
  };
}

/** The bare frame, in an element of the page. */
export function openInside(container: Element, look: Look): Surface {
  const iframe = frameOf(look);
  iframe.title = look.labels.title;
  iframe.style.cssText = `display:block;width:100%;height:100%;min-height:30rem;border:0;opacity:0;color-scheme:${look.mode || 'light dark'}`;
  container.append(iframe);
  let note: Element | undefined;
  return {
    iframe,
    say(text) {
      note = noteOf(text);
      iframe.replaceWith(note);
    },
    reveal() {
      iframe.style.opacity = '';
    },
    speak({ title }) {
      iframe.title = title;
    },
    focus() {},
    remove() {
      iframe.style.display = 'none';
      note?.remove();
      setTimeout(() => iframe.remove(), farewellMs);
    },
  };
}

function frameOf({ url }: Look): HTMLIFrameElement {
  const iframe = document.createElement('iframe');
  iframe.referrerPolicy = 'no-referrer';
  iframe.src = url;
  return iframe;
}

function noteOf(text: string): Element {
  const note = document.createElement('p');
  note.role = 'alert';
  note.textContent = text;
  return note;
}

function addStyle(root: ShadowRoot, nonce: string | undefined): void {
  try {
    // No policy of the page forbids this one.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement('style');
    style.nonce = nonce ?? '';
    style.textContent = css;
    root.append(style);
  }
}
