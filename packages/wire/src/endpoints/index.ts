import { authenticate } from './authenticate.ts';
import { browserAuthorizationUrl } from './browser-authorization-url.ts';
import { browserAuthorize } from './browser-authorize.ts';
import { browserDocuments } from './browser-documents.ts';
import { browserInit } from './browser-init.ts';
import { browserReset } from './browser-reset.ts';
import { browserSession } from './browser-session.ts';
import { createSdkSession } from './create-sdk-session.ts';
import type { Endpoint } from './endpoint.ts';
import { sdkSessionDocument } from './sdk-session-document.ts';
import { sdkSessionStatus } from './sdk-session-status.ts';

export * from './authenticate.ts';
export * from './browser.ts';
export * from './browser-authorization-url.ts';
export * from './browser-authorize.ts';
export * from './browser-documents.ts';
export * from './browser-init.ts';
export * from './browser-reset.ts';
export * from './browser-session.ts';
export * from './create-sdk-session.ts';
export type { Endpoint } from './endpoint.ts';
export * from './legacy-authorize.ts';
export * from './sdk-session.ts';
export * from './sdk-session-document.ts';
export * from './sdk-session-status.ts';
export * from './test/index.ts';

/** Every operation of the compatible API. */
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
] as const satisfies readonly Endpoint[];
