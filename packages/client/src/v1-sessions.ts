import type { Call, CallOptions, CreateOptions } from './call.ts';
import { listAll } from './list-all.ts';
import type {
  CreateV1SessionRequest,
  GetV1ConsentReceiptQuery,
  GetV1DataQuery,
  ListV1SessionsQuery,
  UpdateV1SessionRequest,
  V1Consent,
  V1Documents,
  V1Session,
  V1SessionData,
  V1SessionDetail,
  V1SessionPage,
  V1SignedReceipt,
} from './types.ts';

/** `/v1/sessions`: Tijori's own API, which the vendor's host does not have. Every call can also fail with `unauthorized`. */
export interface V1Sessions {
  /**
   * Makes a session with all that the vendor's body has no room for. `url` of the answer is the hosted page.
   *
   * Errors: `invalid_request_body`, whose `faults` name the fields.
   *
   * @example await client.v1.sessions.create({ flow: 'signin', documents: [{ type: 'gstn_details', purpose: 'Loan' }] });
   */
  create(session: CreateV1SessionRequest, options?: CreateOptions): Promise<V1Session>;
  /**
   * Every session that fits, newest first; further pages are fetched as they are needed.
   *
   * @example for await (const { id, status } of client.v1.sessions.list({ reference: 'loan-17' })) console.log(id, status);
   */
  list(filter?: Omit<ListV1SessionsQuery, 'cursor'>, options?: CallOptions): AsyncIterable<V1Session>;
  /** One page of them. Errors: `invalid_cursor`. */
  page(query?: ListV1SessionsQuery, options?: CallOptions): Promise<V1SessionPage>;
  /** One session with its timeline. Errors: `session_not_found`. */
  get(id: string, options?: CallOptions): Promise<V1SessionDetail>;
  /** Changes reference and metadata; null clears. Not repeated by itself. Errors: `session_not_found`, `session_redacted`, `invalid_request_body`. */
  update(id: string, change: UpdateV1SessionRequest, options?: CallOptions): Promise<V1Session>;
  /** Ends an open session, which fails with `session_cancelled`. Errors: `session_not_found`, `session_ended`. */
  cancel(id: string, options?: CreateOptions): Promise<V1Session>;
  /** What was asked, shown and granted, and how it ended. Errors: `session_not_found`, `no_consent`. */
  consent(id: string, options?: CallOptions): Promise<V1Consent>;
  /**
   * The consent as a signed receipt, and as a page to file. Each call makes a copy that tells how things stand, and notes it in
   * the timeline. Errors: `session_not_found`, `no_consent`.
   *
   * @example const { jws, html } = await client.v1.sessions.consentReceipt(id, { locale: 'hi-IN' });
   */
  consentReceipt(id: string, query?: GetV1ConsentReceiptQuery, options?: CallOptions): Promise<V1SignedReceipt>;
  /** How far each document is, and what its signature proves. Fetches nothing. Errors: `session_not_found`. */
  documents(id: string, options?: CallOptions): Promise<V1Documents>;
  /**
   * What genuine documents say, typed. Fields of persons are null unless `personal_for` says what they are wanted for, which is
   * noted in the timeline. Errors: `session_not_found`, `invalid_query`.
   *
   * @example const { company, gst_registrations } = await client.v1.sessions.data(id);
   */
  data(id: string, query?: GetV1DataQuery, options?: CallOptions): Promise<V1SessionData>;
  /**
   * Withdraws a consent for a person who told you: documents and keys are erased when this resolves.
   * Errors: `session_not_found`, `no_consent`.
   */
  withdraw(id: string, options?: CreateOptions): Promise<V1Session>;
  /**
   * Makes a session for just the documents that an ended one did not bring; `url` of the answer is the link for the person.
   * Errors: `session_not_found`, `session_open`, `session_redacted`, `nothing_missing`.
   *
   * @example const { url } = await client.v1.sessions.followUp(id);
   */
  followUp(id: string, options?: CreateOptions): Promise<V1Session>;
  /**
   * Takes what is personal out of an ended session for good: `redacted_at` of the answer says since when. Once more changes
   * nothing. Errors: `session_not_found`, `session_open`.
   */
  redact(id: string, options?: CreateOptions): Promise<V1Session>;
}

export function v1Sessions(call: Call): V1Sessions {
  const page: V1Sessions['page'] = async (query = {}, options) =>
    (await call('listV1Sessions', { query }, options)).data;
  return {
    create: async (body, options) => (await call('createV1Session', { body }, options)).data,
    list: (filter = {}, options) => listAll((cursor) => page({ ...filter, cursor }, options)),
    page,
    get: async (id, options) => (await call('getV1Session', { path: [id] }, options)).data,
    update: async (id, body, options) => (await call('updateV1Session', { path: [id], body }, options)).data,
    cancel: async (id, options) => (await call('cancelV1Session', { path: [id] }, options)).data,
    consent: async (id, options) => (await call('getV1Consent', { path: [id] }, options)).data,
    consentReceipt: async (id, query = {}, options) =>
      (await call('getV1ConsentReceipt', { path: [id], query }, options)).data,
    documents: async (id, options) => (await call('listV1Documents', { path: [id] }, options)).data,
    data: async (id, query = {}, options) => (await call('getV1Data', { path: [id], query }, options)).data,
    withdraw: async (id, options) => (await call('withdrawV1Consent', { path: [id] }, options)).data,
    followUp: async (id, options) => (await call('followUpV1Session', { path: [id] }, options)).data,
    redact: async (id, options) => (await call('redactV1Session', { path: [id] }, options)).data,
  };
}
