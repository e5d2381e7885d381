import { WebhookError } from './webhook-error.ts';

/** Headers as a web `Headers`, or as an object, in which Node has them; their case does not matter. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The one value of a header. Errors: `missing_header`. */
export function headerOf(headers: WebhookHeaders, name: string): string {
  const value = oneValue(headers, name);
  if (value !== undefined && value !== '') return value;
  throw new WebhookError('missing_header', `The header ${name} is missing: was this sent by the gateway?`);
}

function oneValue(headers: WebhookHeaders, name: string): string | undefined {
  if (isHeaders(headers)) return headers.get(name) ?? undefined;
  const values = Object.entries(headers).filter(([key]) => key.toLowerCase() === name);
  // Twice the same header is nobody's: which of them would have been signed?
  const [value, ...more] = values.flatMap(([, each]) => each ?? []);
  return more.length === 0 ? value : undefined;
}

function isHeaders(headers: WebhookHeaders): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function';
}
