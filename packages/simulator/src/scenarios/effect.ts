import type { SealFault } from '../certificates/seal-faults.ts';
import type { Point } from '../scenario.ts';

/** How what the registers say about the entity is changed, in every document alike. */
export type EntityChange =
  | 'last_document_missing'
  | 'name_mismatch'
  | 'gst_cancelled'
  | 'company_struck_off'
  | 'udyam_surrendered'
  | 'pan_mismatch';

/** Why a sign-in ends before the consent page. */
export type RefusalName = 'no_account' | 'entity_not_verified' | 'not_authorised';

/** An error instead of the usual answer. */
export interface FaultAnswer {
  kind: 'fault';
  /** `internal`: 500 in the profile `2021`, 530 in `v2`; `inactive`: 503 and 530. */
  status: number | 'internal' | 'inactive';
  error: string;
  description: string;
  /** Only so many times for one consent (`pace.failures`), then all is well. Else always. */
  recovers?: boolean;
  /** With a `Retry-After`. */
  saysWhen?: boolean;
  /** Only once a document has been downloaded. */
  afterFirstDownload?: boolean;
}

/** What happens to an answer on its way: it comes late, never, or not as usual. */
export type Disturbance = ({ kind: 'delay' } | { kind: 'silence' } | { kind: 'reset' } | FaultAnswer) & {
  /** At the token call: for this grant only. */
  grant?: 'authorization_code' | 'refresh_token';
};

/** Everything that a scenario may change, as data. What is absent goes the usual way. */
export interface Effect {
  at?: Partial<Record<Point, Disturbance>>;
  /** Begins on the sign-up screens. */
  signUp?: boolean;
  /** The journey goes no further than this page, whatever is sent from it; only the way out is open. */
  stopAt?: 'sign_in' | 'otp' | 'consent';
  /** Which one-time passwords count as wrong, whatever is typed. */
  otpWrong?: 'first' | 'every';
  refuse?: RefusalName;
  /** What the consent page's answer comes to, whatever is chosen there. */
  decision?: 'deny' | 'grant_none' | 'grant_first';
  entity?: EntityChange;
  /** Nothing is offered as XML. */
  pdfOnly?: boolean;
  seal?: SealFault;
  /** The access token says that it lives for a second, so that the client has to refresh. */
  shortToken?: boolean;
}
