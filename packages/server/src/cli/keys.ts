import { Command, Option } from 'commander';
import type { ApiKey } from '../domain/api-key.ts';
import type { Mode } from '../domain/session.ts';
import { createKey } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';
import { CliError } from './cli-error.ts';
import { dataOption } from './data-option.ts';
import { keyOriginsCommand } from './key-origins.ts';
import { withStores } from './key-store.ts';
import { keyId, oneMore, workspaceName } from './option-values.ts';
import { momentText, openOutput } from './output.ts';
import type { Column } from './table.ts';

interface DataOptions {
  data: string;
  json?: boolean;
}

interface CreateOptions extends DataOptions {
  mode: Mode;
  workspace: string;
  origin?: string[];
}

/** `tijori keys …`: works on the data folder, beside a running gateway if there is one. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('make, list, change and revoke API keys')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(keyOriginsCommand())
    .addCommand(revokeCommand());
}

function createCommand(): Command {
  return new Command('create')
    .description('make a key; its secret is shown once')
    .addOption(new Option('--mode <mode>', 'test or live').choices(['test', 'live']).makeOptionMandatory())
    .option(
      '--workspace <name>',
      'registered name shown on the consent page; made if new',
      workspaceName,
      'Default workspace',
    )
    .addOption(
      new Option(
        '--origin <origin>',
        'origin whose pages may use the key in a browser, such as https://shop.example.in; may be repeated',
      ).argParser(oneMore),
    )
    .addOption(dataOption())
    .action(async ({ mode, workspace, origin = [], data, json }: CreateOptions) => {
      const key = await withStores(
        data,
        async (stores) => {
          if (mode === 'live' && (await stores.settings.get('deployment')) === 'dev') {
            throw new CliError('refused', 'This data folder belongs to "tijori dev", which takes no live keys.', {
              cure: 'Use the folder of "tijori start", with --data.',
            });
          }
          return await createKey({ stores, now: Date.now }, { mode, workspaceName: workspace, origins: origin });
        },
        { make: true },
      );
      openOutput({ json }).one(
        { api_key: key.apiKey, api_secret: key.apiSecret, workspace_id: key.workspaceId },
        [
          ['API key', key.apiKey],
          ['API secret', key.apiSecret],
          ['Workspace', `${workspace} (${key.workspaceId})`],
        ],
        'Keep the secret now: it is stored only as a hash and cannot be shown again.',
      );
    });
}

const columns: readonly Column<ApiKey>[] = [
  { title: 'KEY', text: ({ id }) => id },
  { title: 'STATE', text: stateOf, style: (key) => (stateOf(key) === 'active' ? 'green' : 'gray') },
  { title: 'CREATED', text: ({ createdAtMs }) => momentText(createdAtMs) },
  { title: 'WORKSPACE', text: ({ workspaceId }) => workspaceId, mayShrink: true },
  { title: 'ORIGINS', text: ({ origins }) => origins.join(' ') || '-', mayShrink: true },
];

function listCommand(): Command {
  return new Command('list')
    .description('list keys, oldest first')
    .addOption(dataOption())
    .action(async ({ data, json }: DataOptions) => {
      const keys = await withStores(data, (stores) => stores.apiKeys.list());
      openOutput({ json }).list(keys, { columns, json: keyJson, none: 'No keys. Make one with "tijori keys create".' });
    });
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description('revoke a key for good; a running gateway refuses it within a second')
    .argument('<key>', 'the key, key_test_… or key_live_…', keyId)
    .addOption(dataOption())
    .action(async (key: string, { data, json }: DataOptions) => {
      const isRevoked = await withStores(data, (stores) => revokeKey({ stores, now: Date.now }, key));
      if (!isRevoked) {
        throw new CliError('not_found', 'No such key, or it is revoked already.', { cure: 'See "tijori keys list".' });
      }
      openOutput({ json }).line({ api_key: key, state: 'revoked' }, `Revoked ${key}.`);
    });
}

function keyJson(key: ApiKey): object {
  return {
    api_key: key.id,
    mode: key.mode,
    workspace_id: key.workspaceId,
    created_at: new Date(key.createdAtMs).toISOString(),
    state: stateOf(key),
    origins: key.origins,
  };
}

function stateOf({ revokedAtMs }: ApiKey): 'active' | 'revoked' {
  return revokedAtMs === null ? 'active' : 'revoked';
}
