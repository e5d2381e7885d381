import type { Call, CallOptions, CreateOptions } from './call.ts';
import { listAll } from './list-all.ts';
import type {
  CreateV1SessionRequest,
  ListV1SessionsQuery,
  UpdateV1SessionRequest,
  V1Consent,
  V1Session,
  V1SessionDetail,
  V1SessionPage,
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
  /** Changes reference and metadata; null clears. Not repeated by itself. Errors: `session_not_found`, `invalid_request_body`. */
  update(id: string, change: UpdateV1SessionRequest, options?: CallOptions): Promise<V1Session>;
  /** Ends an open session, which fails with `session_cancelled`. Errors: `session_not_found`, `session_ended`. */
  cancel(id: string, options?: CreateOptions): Promise<V1Session>;
  /** What was asked, shown and granted, and how it ended. Errors: `session_not_found`, `no_consent`. */
  consent(id: string, options?: CallOptions): Promise<V1Consent>;
  /**
   * Withdraws a consent for a person who told you: documents and keys are erased when this resolves.
   * Errors: `session_not_found`, `no_consent`.
   */
  withdraw(id: string, options?: CreateOptions): Promise<V1Session>;
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
    withdraw: async (id, options) => (await call('withdrawV1Consent', { path: [id] }, options)).data,
  };
}
