import type { Call, CallOptions, CreateOptions } from './call.ts';
import { type WithReason, withReason } from './sdk-sessions.ts';
import type {
  ApiSession,
  DocTypeName,
  DriveFile,
  EntityDetails,
  InitiatedSession,
  InitSessionRequest,
  UserProfile,
} from './types.ts';

/** `/kyc/entitylocker/sessions`: the person is sent to EntityLocker and comes back to an address of yours. */
export interface ApiSessions {
  /**
   * Begins a session. Send the person to `authorization_url`; they come back to `redirect_url` with `session_id` and
   * `status` in its query.
   *
   * Errors: `invalid_request_body`.
   *
   * @example const { authorization_url } = await client.sessions.init({ flow: 'signin', redirect_url: 'https://lender.example/back' });
   */
  init(session: Omit<InitSessionRequest, '@entity'>, options?: CreateOptions): Promise<InitiatedSession>;
  /** Where a session stands. Errors: `data_not_found`. */
  status(id: string, options?: CallOptions): Promise<ApiSession & WithReason>;
  /** Files of one consented document type. Errors as of `sdkSessions.documents`. */
  documents(id: string, docType: DocTypeName, options?: CallOptions): Promise<DriveFile[]>;
  /** The business that consented. Errors: `invalid_session_lifecycle`, `data_not_found`. */
  entity(id: string, options?: CallOptions): Promise<EntityDetails>;
  /** The person who consented for the business. Errors as of `entity`. */
  userProfile(id: string, options?: CallOptions): Promise<UserProfile>;
}

export function apiSessions(call: Call): ApiSessions {
  return {
    init: async (body, options) => (await call('initSession', { body }, options)).data,
    status: async (id, options) => withReason(await call('sessionStatus', { path: [id] }, options)),
    documents: async (id, docType, options) =>
      (await call('sessionDocuments', { path: [id, docType] }, options)).data.files,
    entity: async (id, options) => (await call('sessionEntity', { path: [id] }, options)).data,
    userProfile: async (id, options) => (await call('sessionUserProfile', { path: [id] }, options)).data,
  };
}
