import { frameToPage, type MessageOf, type pageToFrame, readMessage } from './page-messages.ts';
import { randomText } from './random-text.ts';
import type { FrameState } from './state-events.ts';

/** A frame that has loaded is greeted, and again after this long, ms, until it has said how it stands: whatever was lost is healed by that. */
const helloMs = 3_000;
/** A frame answers as soon as it has its colours, which wait for one call; one that has not answered so many greetings never will. */
const hellosMax = 3;
/** One that has spoken before is loaded anew in the middle of things: a page that hears badly for a while ends nothing. */
const hellosMaxLater = 7;
/** Longest wait for the frame to load, ms. */
const loadMsMax = 20_000;

type Hello = Omit<Extract<MessageOf<typeof pageToFrame>, { type: 'tijori.hello' }>, 'type' | 'nonce'>;

interface Conversation {
  /** Lets the frame take the tab. */
  go(): void;
  bye(): void;
  stop(): void;
}

/**
 * Talks with our frame. What it hears counts only from that very window, from the gateway's origin and with the nonce of
 * this conversation (acceptance C2); what it says goes to that origin alone.
 */
export function converse(
  iframe: HTMLIFrameElement,
  origin: string,
  hello: Hello,
  heard: {
    state: (state: FrameState) => void;
    close: () => void;
    leave: (by: 'frame' | 'page') => void;
    /** The frame does not answer. */
    silent: () => void;
  },
): Conversation {
  const nonce = randomText();
  let hellos = 0;
  let hasEverAnswered = false;
  let timer = setTimeout(heard.silent, loadMsMax);
  const say = (message: MessageOf<typeof pageToFrame>) => iframe.contentWindow?.postMessage(message, origin);
  const ask = () => {
    if (hellos === (hasEverAnswered ? hellosMaxLater : hellosMax)) return heard.silent();
    hellos += 1;
    say({ type: 'tijori.hello', nonce, ...hello });
    timer = setTimeout(ask, helloMs);
  };
  iframe.onload = () => {
    clearTimeout(timer);
    hellos = 0;
    ask();
  };
  const onMessage = ({ source, origin: from, data }: MessageEvent) => {
    if (!source || source !== iframe.contentWindow || from !== origin) return;
    const message = readMessage(frameToPage, data);
    if (message?.nonce !== nonce) return;
    clearTimeout(timer);
    hasEverAnswered = true;
    if (message.type === 'tijori.state') heard.state(message);
    else if (message.type === 'tijori.close') heard.close();
    else heard.leave(message.by);
  };
  addEventListener('message', onMessage);
  return {
    go: () => say({ type: 'tijori.go', nonce }),
    bye: () => say({ type: 'tijori.bye', nonce }),
    stop() {
      clearTimeout(timer);
      iframe.onload = null;
      removeEventListener('message', onMessage);
    },
  };
}
