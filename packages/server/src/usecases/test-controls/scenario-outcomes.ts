import type { DocTypeName, ErrorCode, StatusReason } from '@tijori/wire';

/** What an integrator sees of one scenario. The suite holds the gateway to it, and docs/scenarios.md is made of it. */
export interface ScenarioOutcome {
  /** `x-error-code` of the status answer. */
  statusReason?: StatusReason;
  /** What each document call answers once the journey is over; a document that is not named is given. */
  documents?: Partial<Record<DocTypeName, ErrorCode>> | ErrorCode;
  /** What the XML of the GST details, or else of the Udyam certificate, says. */
  says?: RegExp;
}

const allGiven: ScenarioOutcome = {};
const denied: ScenarioOutcome = { statusReason: 'consent_denied' };

/** Every scenario of the simulator, for a session that asks for all three documents of the first fictional person. */
export const scenarioOutcomes: Readonly<Record<string, ScenarioOutcome>> = {
  consent_all: allGiven,
  consent_some: { documents: { gstn_details: 'consent_not_provided', udhyam_certificate: 'consent_not_provided' } },
  consent_none: { statusReason: 'nothing_consented' },
  deny: denied,
  abandon_login: {},
  abandon_otp: {},
  abandon_consent: {},
  wrong_otp_then_right: allGiven,
  otp_locked: denied,
  no_account: denied,
  signup: allGiven,
  entity_not_verified: denied,
  not_authorised: denied,
  link_expired: { statusReason: 'session_expired' },
  consent_expired: { documents: 'consent_ended' },
  withdrawn_after_fetch: { documents: { gstn_details: 'consent_ended', udhyam_certificate: 'consent_ended' } },
  refresh_refused: { documents: 'consent_ended' },
  issuer_down_then_up: allGiven,
  issuer_down: { documents: 'issuer_unavailable' },
  state_replayed: allGiven,
  callback_twice: allGiven,
  code_reused: allGiven,
  redirect_mismatch: { statusReason: 'exchange_refused' },
  slow: allGiven,
  rate_limited: allGiven,
  timeout: { statusReason: 'exchange_failed' },
  connection_reset: { statusReason: 'exchange_failed' },
  document_missing: { documents: { udhyam_certificate: 'consent_not_provided' } },
  pdf_only: { says: /^%PDF-/ },
  malformed_xml: { says: /^(?![\s\S]*<\/Certificate>)/ },
  tampered: allGiven,
  wrapped_signature: allGiven,
  unknown_root: allGiven,
  certificate_expired: allGiven,
  signer_revoked: allGiven,
  name_mismatch: { says: /Otherwise Named Specimen Enterprises/i },
  gst_cancelled: { says: /taxpayerType="[^"]*\(cancelled\)"/ },
  company_struck_off: allGiven,
  udyam_surrendered: allGiven,
  pan_mismatch: { says: /gstidentificationNumber="\d{2}[A-Z]{3}Z?[A-Z]?P/ },
};
