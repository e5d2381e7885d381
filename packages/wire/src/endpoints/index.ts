import { authenticate } from './authenticate.ts';
import { createSdkSession } from './create-sdk-session.ts';
import type { Endpoint } from './endpoint.ts';
import { sdkSessionDocument } from './sdk-session-document.ts';
import { sdkSessionStatus } from './sdk-session-status.ts';

export * from './authenticate.ts';
export * from './create-sdk-session.ts';
export type { Endpoint } from './endpoint.ts';
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
] as const satisfies readonly Endpoint[];
