/** Kinds of documents, as the API names them (`gstn_details`, …). */
type DocTypes = readonly string[];

/**
 * What happens, in the order in which it can. Those marked stable keep name and fields in every 0.x and 1.x; the others tell
 * how far the person is and may change. Events are hints: ask the status call of your server before you rely on one.
 */
export type EntityLockerEvent = { sessionId: string } & (
  | {
      /** Stable. The frame, the dialog or the other page is being brought up. */
      type: 'opened';
    }
  | {
      /** The frame has answered for the first time. */
      type: 'ready';
    }
  | {
      /** The person is at another step: `notice`, `entitylocker`, `waiting`, `end`. */
      type: 'step';
      step: string;
    }
  | {
      /** Stable. Every document that was asked for was shared. Followed by `completed`. */
      type: 'consent_granted';
      consented: DocTypes;
    }
  | {
      /** Stable. Some were shared. Followed by `completed`. */
      type: 'consent_partial';
      consented: DocTypes;
      missing: DocTypes;
    }
  | {
      /** Stable. The person said no, or ticked none. An end. */
      type: 'consent_denied';
      code: string;
    }
  | {
      /** Stable. The session has succeeded: fetch the documents from your server. An end. */
      type: 'completed';
      consented: DocTypes;
    }
  | {
      /** Stable. Nobody finished the session in time. An end. */
      type: 'expired';
    }
  | {
      /** Stable. Your server cancelled the session. An end. */
      type: 'cancelled';
    }
  | {
      /**
       * Stable. `code` is one of the error catalogue, or `frame_unavailable` when the page of the gateway did not come up: no
       * network, no such session, or an origin that is not on the key's list. `final`: the session will not go on.
       */
      type: 'error';
      code: string;
      final: boolean;
    }
  | {
      /** Stable. What was opened is gone, whoever closed it. Exactly once for each opening. */
      type: 'closed';
    }
);

export type EntityLockerEventType = EntityLockerEvent['type'];
export type EventOf<T extends EntityLockerEventType> = Extract<EntityLockerEvent, { type: T }>;

/** How an opening came out. `closed`: it went away before the session was at an end; the session itself is still open. */
export interface Outcome {
  sessionId: string;
  result: 'completed' | 'denied' | 'expired' | 'cancelled' | 'failed' | 'closed';
  /** Shared kinds of documents; empty unless `completed`. */
  consented: DocTypes;
}
