import type { OpenApiDocument, Operation } from '@tijori/wire/openapi';
import type { Resolver } from './resolve.ts';

/** What a reader puts in for a credential. */
const placeholders: Record<string, string> = {
  apiKey: '$KEY',
  apiSecret: '$SECRET',
  accessToken: '$TOKEN',
  sdkToken: '$SDK_TOKEN',
};

interface Call {
  method: string;
  path: string;
  operation: Operation;
}

/** The call as a line for a shell, with examples for everything that must be sent. */
export function curlOf({ method, path, operation }: Call, { servers }: OpenApiDocument, resolve: Resolver): string {
  const parameters = (operation.parameters ?? []).map((each) => resolve.parameter(each));
  const needed = parameters.filter(({ required }) => required);
  const filled = needed
    .filter((parameter) => parameter.in === 'path')
    .reduce((text, { name, example }) => text.replace(`{${name}}`, encodeURIComponent(String(example))), path);
  const query = needed
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`);
  const credentials = Object.keys(operation.security[0] ?? {}).map(
    (name) => `-H "${resolve.scheme(name).name}: ${placeholders[name]}"`,
  );
  const body = operation.requestBody?.content['application/json']?.example;
  return [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} '${servers[0]?.url}${filled}${query.length > 0 ? `?${query.join('&')}` : ''}'`,
    ...credentials,
    ...(body === undefined
      ? []
      : [`-H 'content-type: application/json'`, `-d '${JSON.stringify(body, null, 2).replaceAll("'", "'\\''")}'`]),
  ].join(' \\\n  ');
}
