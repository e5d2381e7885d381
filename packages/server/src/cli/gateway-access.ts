import { TijoriClient } from '@tijori/client-source';
import { type Command, Option } from 'commander';
import { readApiAccess } from '../config.ts';
import { apiKeyPattern, apiSecretPattern } from '../domain/api-key.ts';
import { isLoopbackHost } from '../domain/origin.ts';
import { CliError } from './cli-error.ts';
import { dataOption } from './data-option.ts';
import { readDevCredentials } from './dev-folder.ts';
import { screenOf } from './screen.ts';
import { readSecretFile } from './secret-file.ts';

/** Options of every command that calls a running gateway. */
export interface GatewayOptions {
  url?: string;
  key?: string;
  secretFile?: string;
  data: string;
  json?: boolean;
}

/**
 * Gives a command the options of `openGateway`. There is none for the secret itself: arguments stand in the list of
 * processes and in the history of the shell.
 */
export function withGatewayOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--url <url>', 'where the gateway is; else TIJORI_URL, else what "tijori dev" left in --data'),
    )
    .addOption(new Option('--key <key>', 'API key; else TIJORI_API_KEY, else the one of "tijori dev"'))
    .addOption(new Option('--secret-file <file>', 'file with its secret, - for standard input; else TIJORI_API_SECRET'))
    .addOption(dataOption());
}

/** A client of the gateway that options, environment or the folder of `tijori dev` name, in this order. */
export function openGateway(options: GatewayOptions): { client: TijoriClient; baseUrl: string } {
  const access = accessOf(options);
  const url = checkedUrl(access.url);
  if (!apiKeyPattern.test(access.apiKey)) {
    throw new CliError('usage', 'The API key does not look like key_test_ or key_live_ and 32 hex characters.');
  }
  if (!apiSecretPattern.test(access.apiSecret)) {
    throw new CliError(
      'usage',
      'The API secret does not look like secret_test_ or secret_live_ and 32 hex characters.',
    );
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    const screen = screenOf(process.stderr);
    screen.write(
      `${screen.paint('yellow', 'tijori:')} ${url.host} is called without TLS: everybody on the way reads the secret.\n`,
    );
  }
  const client = new TijoriClient({ baseUrl: url.href, apiKey: access.apiKey, apiSecret: access.apiSecret });
  return { client, baseUrl: url.origin };
}

function accessOf({ url, key, secretFile, data }: GatewayOptions) {
  const given = readApiAccess();
  const dev = readDevCredentials(data);
  const named = { url: url ?? given.url, apiKey: key ?? given.apiKey };
  const apiSecret = secretFile === undefined ? given.apiSecret : readSecretFile('--secret-file', secretFile);
  const baseUrl = named.url ?? dev?.base_url;
  if (baseUrl === undefined) {
    throw new CliError('usage', 'Which gateway?', {
      cure: 'Set TIJORI_URL, TIJORI_API_KEY and TIJORI_API_SECRET, or name the folder of "tijori dev" with --data.',
    });
  }
  // The secret of `tijori dev` goes to the gateway that made it and to no other.
  const isDev = dev !== undefined && sameOrigin(baseUrl, dev.base_url) && (named.apiKey ?? dev.api_key) === dev.api_key;
  const apiKey = named.apiKey ?? (isDev ? dev.api_key : undefined);
  const secret = apiSecret ?? (isDev ? dev.api_secret : undefined);
  if (apiKey === undefined) {
    throw new CliError('usage', `No API key for ${baseUrl}.`, { cure: 'Give it with --key or TIJORI_API_KEY.' });
  }
  if (secret === undefined) {
    throw new CliError('usage', 'No API secret for this key.', {
      cure: 'Set TIJORI_API_SECRET, or give --secret-file.',
    });
  }
  return { url: baseUrl, apiKey, apiSecret: secret };
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash) return url;
  throw new CliError(
    'usage',
    'The address of the gateway must be like https://consent.example.in or http://127.0.0.1:8080.',
  );
}

function sameOrigin(left: string, right: string): boolean {
  return URL.canParse(left) && URL.canParse(right) && new URL(left).origin === new URL(right).origin;
}
