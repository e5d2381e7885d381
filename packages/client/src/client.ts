import { type ApiSessions, apiSessions } from './api-sessions.ts';
import { type CallOptions, createCall, type RawRequest, type SendRaw } from './call.ts';
import { downloadDocument } from './download-document.ts';
import { readOptions, type Settings, type TijoriClientOptions } from './options.ts';
import { type SdkSessions, sdkSessions, type WithReason } from './sdk-sessions.ts';
import type { ApiSession, DriveFile, SdkSession } from './types.ts';
import { type V1Events, v1Events } from './v1-events.ts';
import { type V1Sessions, v1Sessions } from './v1-sessions.ts';
import { type V1WebhookEndpoints, v1WebhookEndpoints } from './v1-webhook-endpoints.ts';
import { type WaitOptions, waitForSession } from './wait-for-session.ts';

/**
 * A client of a Tijori server, or of the vendor's own host. Make one and keep it: it fetches a token when it needs one,
 * shares it among all calls and renews it in time.
 *
 * A GET is repeated after what passes by itself: a lost connection, 429, 500, 502, 503, 504. A POST only with an
 * `Idempotency-Key`, which Tijori knows and the vendor's host does not. Methods reject with `TijoriError`, or with the
 * reason of the signal that you aborted. Every call can fail with `unauthorized` (key or secret), `rate_limited`,
 * `internal`, `overloaded`, `shutting_down`, `storage_unavailable`, `network_error` and `timeout`, besides the errors that it names.
 *
 * @example const client = new TijoriClient({ baseUrl: 'http://127.0.0.1:8080', apiKey, apiSecret });
 */
export class TijoriClient {
  /** Consent on a hosted page; the vendor's "EntityLocker SDK" family. */
  readonly sdkSessions: SdkSessions;
  /** Consent by redirect; the vendor's "EntityLocker API" family. */
  readonly sessions: ApiSessions;
  /** Tijori's own API. */
  readonly v1: {
    readonly sessions: V1Sessions;
    readonly events: V1Events;
    readonly webhookEndpoints: V1WebhookEndpoints;
  };
  // Private to the language, so that no log of the client shows the secret.
  readonly #settings: Settings;
  readonly #sendRaw: SendRaw;

  /** Throws a TypeError for a wrong option. Sends nothing yet. */
  constructor(options: TijoriClientOptions) {
    this.#settings = readOptions(options);
    const { call, sendRaw } = createCall(this.#settings);
    this.#sendRaw = sendRaw;
    this.sdkSessions = sdkSessions(call);
    this.sessions = apiSessions(call);
    this.v1 = { sessions: v1Sessions(call), events: v1Events(call), webhookEndpoints: v1WebhookEndpoints(call) };
  }

  /**
   * Waits until a session is at an end, or at one of `until`, and resolves with it; look at its `status`. Asks more and
   * more seldom, up to every 15 seconds, each time a little earlier or later.
   *
   * Errors: `wait_timeout`, `data_not_found`.
   *
   * @example
   * const session = await client.waitForSession(id, { signal: AbortSignal.timeout(600_000) });
   * if (session.status === 'succeeded') console.log(session.documents_consented);
   */
  waitForSession(id: string, options: WaitOptions & { family: 'api' }): Promise<ApiSession & WithReason>;
  waitForSession(id: string, options?: WaitOptions): Promise<SdkSession & WithReason>;
  waitForSession(id: string, options: WaitOptions = {}): Promise<(ApiSession | SdkSession) & WithReason> {
    return waitForSession(this.#settings, { sdk: this.sdkSessions, api: this.sessions }, id, options);
  }

  /**
   * The bytes of a file. The stream errors instead of ending if they are not as many as announced, or have not the
   * SHA-256 that the server announced, so take nothing for complete before it ends. To compare the SHA-256, the bytes
   * are kept until then.
   *
   * Errors: `link_refused` (ask for the documents again), `size_mismatch`, `digest_mismatch`.
   *
   * @example const bytes = await new Response(await client.downloadDocument(file)).bytes();
   */
  downloadDocument(file: Pick<DriveFile, 'url' | 'size'>, options?: CallOptions): Promise<ReadableStream<Uint8Array>> {
    return downloadDocument(this.#settings, file, options);
  }

  /**
   * Any other call of the API that wants a token, such as the levers for tests. Resolves with the answer as it is; say its type. A GET is
   * repeated after what passes by itself, nothing else is.
   *
   * Errors: those of the call, and a TypeError for a path that is none.
   *
   * @example await client.request({ method: 'POST', path: `/test/sessions/${id}/actions`, body: { scenario: 'deny' } });
   */
  async request<Answer extends object>(request: RawRequest, options?: CallOptions): Promise<Answer> {
    return (await this.#sendRaw(request, options)) as Answer;
  }
}
