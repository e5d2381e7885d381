import { frameToPage, type MessageOf, type pageToFrame, readMessage } from './page-messages.ts';
import type { FrameState } from './state-events.ts';

/**
 * The page asks the frame for its state when it has heard nothing for so long, ms: whatever message was lost is healed by that. One
 * that stands before its end says how it stands more often by itself.
 */
const helloMs = 3_000;
/** A frame that has loaded answers as soon as it has its colours, which wait for one call; after this long it never will, ms. */
const answerMsMax = 7_000;
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
  const nonce = crypto.getRandomValues(new Uint32Array(4)).join('.');
  let answered = false;
  let hasEverAnswered = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let patience = setTimeout(heard.silent, loadMsMax);
  const say = (message: MessageOf<typeof pageToFrame>) => iframe.contentWindow?.postMessage(message, origin);
  const rest = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, helloMs);
  };
  const ask = () => {
    say({ type: 'tijori.hello', nonce, ...hello });
    rest();
  };
  const onLoad = () => {
    clearTimeout(patience);
    answered = false;
    // One that has spoken before is loaded anew in the middle of things: a page that hears badly for a while ends nothing.
    patience = setTimeout(() => answered || heard.silent(), hasEverAnswered ? loadMsMax : answerMsMax);
    ask();
  };
  const onMessage = ({ source, origin: from, data }: MessageEvent) => {
    if (!source || source !== iframe.contentWindow || from !== origin) return;
    const message = readMessage(frameToPage, data);
    if (message?.nonce !== nonce) return;
    answered = true;
    hasEverAnswered = true;
    if (message.type === 'tijori.state' && message.step === 'end') clearTimeout(timer);
    else rest();
    if (message.type === 'tijori.state') heard.state(message);
    else if (message.type === 'tijori.close') heard.close();
    else heard.leave(message.by);
  };
  iframe.addEventListener('load', onLoad);
  addEventListener('message', onMessage);
  return {
    go: () => say({ type: 'tijori.go', nonce }),
    bye: () => say({ type: 'tijori.bye', nonce }),
    stop() {
      clearTimeout(timer);
      clearTimeout(patience);
      iframe.removeEventListener('load', onLoad);
      removeEventListener('message', onMessage);
    },
  };
}
