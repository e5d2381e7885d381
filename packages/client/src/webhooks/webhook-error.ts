/**
 * Why a delivery is refused:
 *
 * - `missing_header`: `webhook-id`, `webhook-timestamp` or `webhook-signature` is not there, or not in its form;
 * - `stale_timestamp`, `future_timestamp`: signed longer ago, or further ahead, than the tolerance. A recording, or a wrong clock;
 * - `wrong_signature`: no signature fits. Another secret, or not the body as it came;
 * - `not_an_event`: the signature is right and the body no event;
 * - `body_too_large`: more bytes than `bodyBytesMax`. Found by the receivers of frameworks only.
 */
export type WebhookErrorCode =
  | 'missing_header'
  | 'stale_timestamp'
  | 'future_timestamp'
  | 'wrong_signature'
  | 'not_an_event'
  | 'body_too_large';

/**
 * A delivery that must not be believed. Its message holds no secret, no signature and nothing of the body, so it may be logged and answered.
 *
 * @example
 * try {
 *   await verify(rawBody, request.headers, secret);
 * } catch (error) {
 *   if (error instanceof WebhookError) return new Response(error.message, { status: error.status });
 *   throw error;
 * }
 */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  /** What to branch on. */
  readonly code: WebhookErrorCode;
  /** What to answer: 413 for a body that is too large, else 400. */
  readonly status: 400 | 413;

  constructor(code: WebhookErrorCode, message: string) {
    super(`${message} (${code})`);
    this.code = code;
    this.status = code === 'body_too_large' ? 413 : 400;
  }
}
