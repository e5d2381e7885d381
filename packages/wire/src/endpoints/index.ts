import { apiSessionDocument } from './api-session-document.ts';
import { apiSessionStatus } from './api-session-status.ts';
import { authenticate } from './authenticate.ts';
import { browserAuthorizationUrl } from './browser-authorization-url.ts';
import { browserAuthorize } from './browser-authorize.ts';
import { browserDocuments } from './browser-documents.ts';
import { browserInit } from './browser-init.ts';
import { browserReset } from './browser-reset.ts';
import { browserSession } from './browser-session.ts';
import { createSdkSession } from './create-sdk-session.ts';
import type { Endpoint } from './endpoint.ts';
import { apiSessionEntityDetails, sdkSessionEntityDetails } from './entity-details.ts';
import { initApiSession } from './init-api-session.ts';
import { sdkSessionDocument } from './sdk-session-document.ts';
import { sdkSessionStatus } from './sdk-session-status.ts';
import { testEndpoints } from './test/index.ts';
import { apiSessionUserProfile, sdkSessionUserProfile } from './user-profile.ts';
import { cancelSession } from './v1/cancel-session.ts';
import { consentReceipt } from './v1/consent-receipt.ts';
import { createSession } from './v1/create-session.ts';
import { getEvent, listEvents } from './v1/events.ts';
import { followUpSession } from './v1/follow-up-session.ts';
import { getConsent } from './v1/get-consent.ts';
import { getSession } from './v1/get-session.ts';
import { listDocuments } from './v1/list-documents.ts';
import { listSessions } from './v1/list-sessions.ts';
import { redactSession } from './v1/redact-session.ts';
import { sessionData } from './v1/session-data.ts';
import { updateSession } from './v1/update-session.ts';
import { listDeliveries, listEventDeliveries, testWebhookEndpoint } from './v1/webhook-deliveries.ts';
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  getWebhookEndpoint,
  listWebhookEndpoints,
  rotateWebhookSecret,
  updateWebhookEndpoint,
} from './v1/webhook-endpoints.ts';
import { replayEvents, resendEvent } from './v1/webhook-replays.ts';
import { withdrawConsent } from './v1/withdraw-consent.ts';

export * from './api-session.ts';
export * from './api-session-document.ts';
export * from './api-session-status.ts';
export * from './authenticate.ts';
export * from './browser.ts';
export * from './browser-authorization-url.ts';
export * from './browser-authorize.ts';
export * from './browser-documents.ts';
export * from './browser-init.ts';
export * from './browser-reset.ts';
export * from './browser-session.ts';
export * from './create-sdk-session.ts';
export type { Credentials, Endpoint, EndpointFamily } from './endpoint.ts';
export * from './entity-details.ts';
export { errorCodes, errorsOf, errorsOfEveryOperation, errorsOfIdempotency } from './errors-of.ts';
export * from './init-api-session.ts';
export * from './legacy-authorize.ts';
export * from './sdk-session.ts';
export * from './sdk-session.ts';
export * from './sdk-session-document.ts';
export * from './sdk-session-document.ts';
export * from './sdk-session-status.ts';
export * from './sdk-session-status.ts';
export * from './test/index.ts';
export * from './user-profile.ts';
export * from './v1/cancel-session.ts';
export * from './v1/consent.ts';
export * from './v1/consent-receipt.ts';
export * from './v1/create-session.ts';
export * from './v1/events.ts';
export * from './v1/follow-up-session.ts';
export * from './v1/get-consent.ts';
export * from './v1/get-session.ts';
export * from './v1/list-documents.ts';
export * from './v1/list-sessions.ts';
export * from './v1/redact-session.ts';
export * from './v1/session.ts';
export * from './v1/session-data.ts';
export * from './v1/update-session.ts';
export * from './v1/verdict.ts';
export * from './v1/webhook-deliveries.ts';
export * from './v1/webhook-endpoint.ts';
export * from './v1/webhook-endpoints.ts';
export * from './v1/webhook-replays.ts';
export * from './v1/withdraw-consent.ts';

/** Every operation of the API. */
export const endpoints = [
  authenticate,
  createSdkSession,
  sdkSessionStatus,
  sdkSessionDocument,
  browserInit,
  browserSession,
  browserAuthorizationUrl,
  browserAuthorize,
  browserDocuments,
  browserReset,
  sdkSessionEntityDetails,
  sdkSessionUserProfile,
  initApiSession,
  apiSessionStatus,
  apiSessionDocument,
  apiSessionEntityDetails,
  apiSessionUserProfile,
  createSession,
  listSessions,
  getSession,
  listDocuments,
  sessionData,
  updateSession,
  cancelSession,
  getConsent,
  consentReceipt,
  withdrawConsent,
  redactSession,
  followUpSession,
  createWebhookEndpoint,
  listWebhookEndpoints,
  getWebhookEndpoint,
  updateWebhookEndpoint,
  rotateWebhookSecret,
  deleteWebhookEndpoint,
  listDeliveries,
  testWebhookEndpoint,
  replayEvents,
  listEvents,
  getEvent,
  listEventDeliveries,
  resendEvent,
] as const satisfies readonly Endpoint[];

/** Every operation that the reference shows: the API, and the levers for tests. */
export const documentedEndpoints = [...endpoints, ...testEndpoints] as const satisfies readonly Endpoint[];
