import { type ErrorCode, errorCatalogue, errorGuide } from '@tijori/wire';
import type { OpenApiDocument, Operation } from '@tijori/wire/openapi';
import { type Html, html } from '../html.ts';
import { inline } from './prose.ts';
import type { Resolver } from './resolve.ts';

/** The codes that an operation can answer, as its responses name them. */
export function codesOf(operation: Operation, resolve: Resolver): ErrorCode[] {
  return Object.entries(operation.responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([, given]) => {
      const header = resolve.response(given).headers?.['x-error-code'];
      return header && 'schema' in header ? ((header.schema.enum ?? []) as ErrorCode[]) : [];
    });
}

/** Those that no operation is without. */
export function codesOfEvery({ paths }: OpenApiDocument, resolve: Resolver): ErrorCode[] {
  const lists = Object.values(paths).flatMap((path) => Object.values(path).map((each) => codesOf(each, resolve)));
  return (lists[0] ?? []).filter((code) => lists.every((list) => list.includes(code)));
}

/** Errors with cause and cure. Each opens by itself, so that a list of them can be overlooked. */
export function errorList(codes: readonly ErrorCode[]): Html {
  return html`<div class="errors">
${codes.map((code) => {
  const { status, message, retryable } = errorCatalogue[code];
  const { cause, cure } = errorGuide[code];
  return html`<details>
<summary><span class="code">${status} <code>${code}</code></span> <span class="message">${message}</span></summary>
<p><strong>Cause.</strong> ${inline(cause)}</p>
<p><strong>Cure.</strong> ${inline(cure)}${retryable && ' The same request may succeed later.'}</p>
</details>
`;
})}</div>
`;
}
