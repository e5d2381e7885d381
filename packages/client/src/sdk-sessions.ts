import type { Call, CallOptions, CreateOptions } from './call.ts';
import type {
  CreatedSdkSession,
  CreateSdkSessionRequest,
  DocTypeName,
  DriveFile,
  EntityDetails,
  SdkSession,
  StatusReason,
  UserProfile,
} from './types.ts';

/** Why a session failed or expired, which the vendor's body has no room for. */
export interface WithReason {
  /** Null for any other status, and on the vendor's own host. */
  status_reason: StatusReason | (string & {}) | null;
}

/** `/kyc/entitylocker-sdk/sessions`: consent on a hosted page. */
export interface SdkSessions {
  /**
   * Makes a session for the documents named. The person opens it at `<baseUrl>/consent/<id>`.
   *
   * Errors: `invalid_request_body`.
   *
   * @example const { id } = await client.sdkSessions.create({ flow: 'signin', doc_types: ['gstn_details'] });
   */
  create(session: Omit<CreateSdkSessionRequest, '@entity'>, options?: CreateOptions): Promise<CreatedSdkSession>;
  /** Where a session stands. Errors: `data_not_found`. */
  status(id: string, options?: CallOptions): Promise<SdkSession & WithReason>;
  /**
   * Files of one consented document type: more than one where a business has several, as GST registrations.
   *
   * Errors: `invalid_session_lifecycle` before the session succeeded, `consent_not_provided`, `consent_ended`,
   * `data_not_found` after the documents were erased, and those of EntityLocker, such as `upstream_unavailable`.
   *
   * @example for (const file of await client.sdkSessions.documents(id, 'gstn_details')) await client.downloadDocument(file);
   */
  documents(id: string, docType: DocTypeName, options?: CallOptions): Promise<DriveFile[]>;
  /** The business that consented. Tijori only. Errors: `invalid_session_lifecycle`, `data_not_found`. */
  entity(id: string, options?: CallOptions): Promise<EntityDetails>;
  /** The person who consented for the business. Tijori only. Errors as of `entity`. */
  userProfile(id: string, options?: CallOptions): Promise<UserProfile>;
}

export function sdkSessions(call: Call): SdkSessions {
  return {
    create: async (body, options) => (await call('createSdkSession', { body }, options)).data,
    status: async (id, options) => withReason(await call('sdkSessionStatus', { path: [id] }, options)),
    documents: async (id, docType, options) =>
      (await call('sdkSessionDocuments', { path: [id, docType] }, options)).data.files,
    entity: async (id, options) => (await call('sdkSessionEntity', { path: [id] }, options)).data,
    userProfile: async (id, options) => (await call('sdkSessionUserProfile', { path: [id] }, options)).data,
  };
}

/** Tijori gives the reason in a header (docs/errors.md). */
export function withReason<Data>({ data, headers }: { data: Data; headers: Headers }): Data & WithReason {
  return { ...data, status_reason: headers.get('x-error-code') };
}
