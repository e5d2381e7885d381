import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DevServer } from './dev-server.ts';

/** Every value that must stay on the server side, by name; taken from the folder and from what the server said and heard. */
export function secretsOf(server: DevServer): Map<string, Set<string>> {
  const secrets = new Map<string, Set<string>>();
  const add = (name: string, value: string | null | undefined) => {
    if (value) secrets.set(name, (secrets.get(name) ?? new Set()).add(value));
  };
  add('API secret', server.credentials.api_secret);
  const kept = JSON.parse(readFileSync(join(server.dataDir, 'dev-secrets.json'), 'utf8')) as Record<string, string>;
  for (const name of ['master_key', 'token_key', 'link_key', 'client_secret']) add(name, kept[name]);
  for (const call of server.calls()) {
    add('code_verifier', new URLSearchParams(call.body).get('code_verifier'));
    const toUs = call.url.startsWith(server.credentials.base_url);
    const answer = parsed(call.answer);
    const data = answer.data as Record<string, unknown> | undefined;
    add(toUs ? 'API access token' : 'EntityLocker access token', text(data?.access_token ?? answer.access_token));
    add('EntityLocker refresh token', text(answer.refresh_token));
  }
  return secrets;
}

/** Where any of them was seen. */
export function leaks(secrets: Map<string, Set<string>>, seen: { url: string; text: string }[]): string[] {
  return [...secrets].flatMap(([name, values]) =>
    [...values].flatMap(spellings).flatMap((value) => {
      return seen.filter(({ text }) => text.includes(value)).map(({ url }) => `${name} at ${url}`);
    }),
  );
}

/** A value as it may stand in an address or a form, too. */
function spellings(value: string): string[] {
  return [...new Set([value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, '')])];
}

function parsed(answer: string): Record<string, unknown> {
  return answer.startsWith('{') ? (JSON.parse(answer) as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
