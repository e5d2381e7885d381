import { createEntityLocker } from './entity-locker.ts';
import type { EntityLockerEvent } from './events.ts';
import type { OpenOptions } from './options.ts';
import { takePending } from './pending.ts';
import { randomText } from './random-text.ts';

/** An event in the vendor's words, in CloudEvents form (sandbox-api §4.1, §9 no. 21). */
export interface VendorEvent {
  specversion: '1.0';
  id: string;
  type: string;
  source: string;
  time: string;
  datacontenttype: 'application/json';
  data: { session_id: string; status: string; reason?: string };
}

/** What the vendor's `open` takes. */
export interface VendorOpenOptions {
  session_id: string;
  brand?: { name?: string; logo_url?: string };
  theme?: { mode?: string; seed?: string };
}

/** Base class for the listener of a page. */
class SdkEventListener {
  onEvent(_event: VendorEvent): void {}
}

/** What the script puts into the page, under the vendor's names. */
export interface VendorSdk {
  EventListener: typeof SdkEventListener;
  setAPIKey(key: string): void;
  setEventListener(listener: { onEvent(event: VendorEvent): void }): void;
  open(options: VendorOpenOptions): void;
}

const prefix = 'in.co.sandbox.kyc.entitylocker_sdk.session.';

/** The vendor's word for an event of ours and where the session stands then; most have none. */
function vendorWords(event: EntityLockerEvent, isDone: boolean): [string, string, string?] | undefined {
  switch (event.type) {
    case 'completed':
      return ['completed', 'succeeded'];
    case 'consent_denied':
      return ['failed', 'failed', event.code];
    case 'cancelled':
      return ['failed', 'failed', 'session_cancelled'];
    case 'expired':
      return ['failed', 'expired', 'session_expired'];
    case 'error':
      return event.final ? ['failed', 'failed', event.code] : undefined;
    case 'closed':
      // "The user left without finishing": not what follows a success by itself.
      return isDone ? undefined : ['closed', 'closed'];
    default:
      return undefined;
  }
}

/** The vendor's surface over ours. Each opening has a handle of its own, so that two do not disturb each other. */
export function vendorSdk(baseUrl: string): VendorSdk {
  let apiKey = '';
  let listener: { onEvent(event: VendorEvent): void } | undefined;
  const openSessions = new Set<string>();

  const show = (sessionId: string, look: OpenOptions) => {
    if (openSessions.has(sessionId)) return;
    const locker = createEntityLocker({ baseUrl, apiKey });
    let isDone = false;
    locker.on('*', (event) => {
      isDone ||= event.type === 'completed';
      const words = vendorWords(event, isDone);
      if (event.type === 'closed') openSessions.delete(sessionId);
      if (!words) return;
      const [type, status, reason] = words;
      listener?.onEvent({
        specversion: '1.0',
        id: randomText(),
        type: prefix + type,
        source: baseUrl,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        data: { session_id: sessionId, status, ...(reason && { reason }) },
      });
    });
    openSessions.add(sessionId);
    void locker.open(sessionId, look);
  };
  /** A page of the vendor's knows no `resume`: once it has said who it is and who listens, it is back. */
  const resume = () => {
    const pending = apiKey && listener && takePending(baseUrl);
    if (pending) show(pending.sessionId, pending.look);
  };
  return {
    EventListener: SdkEventListener,
    setAPIKey(key) {
      apiKey = key;
      resume();
    },
    setEventListener(given) {
      listener = given;
      resume();
    },
    open({ session_id: sessionId, brand, theme }) {
      if (!apiKey.startsWith('key_'))
        throw new Error('EntitylockerSDK.setAPIKey comes first, with a key that starts with key_');
      if (typeof sessionId !== 'string' || !sessionId) throw new Error('EntitylockerSDK.open needs session_id');
      const mode = theme?.mode;
      show(sessionId, {
        brand: { name: brand?.name ?? '', logoUrl: brand?.logo_url ?? '' },
        theme: { ...((mode === 'light' || mode === 'dark') && { mode }), seed: theme?.seed ?? '' },
      });
    },
  };
}
