import { Command, InvalidArgumentError, Option } from 'commander';
import type { Mode } from '../domain/session.ts';
import { createKey, workspaceNameCharsMax } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';
import { keyOriginsCommand } from './key-origins.ts';
import { dataOption, keyId, withStores } from './key-store.ts';
import { oneMore } from './one-more.ts';

interface CreateOptions {
  mode: Mode;
  workspace: string;
  origin?: string[];
  data: string;
  json?: boolean;
}

/** `tijori keys …`: works on the data folder, beside a running gateway if there is one. */
export function keysCommand(): Command {
  const keys = new Command('keys').description('make, list, change and revoke API keys');
  keys
    .command('create')
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
    .option('--json', 'print one JSON object')
    .action(async (options: CreateOptions) => {
      await withStores(options.data, async (stores) => {
        if (options.mode === 'live' && (await stores.settings.get('deployment')) === 'dev') {
          throw new Error('This data folder belongs to "tijori dev", which takes no live keys.');
        }
        const key = await createKey(
          { stores, now: Date.now },
          { mode: options.mode, workspaceName: options.workspace, origins: options.origin ?? [] },
        );
        if (options.json) {
          console.log(
            JSON.stringify({ api_key: key.apiKey, api_secret: key.apiSecret, workspace_id: key.workspaceId }),
          );
          return;
        }
        console.log(`API key     ${key.apiKey}`);
        console.log(`API secret  ${key.apiSecret}`);
        console.log(`Workspace   ${options.workspace} (${key.workspaceId})`);
        console.log('Keep the secret now: it is stored only as a hash and cannot be shown again.');
      });
    });
  keys
    .command('list')
    .description('list keys, oldest first')
    .addOption(dataOption())
    .option('--json', 'print one JSON object a line')
    .action(async (options: { data: string; json?: boolean }) => {
      await withStores(options.data, async (stores) => {
        for (const key of await stores.apiKeys.list()) {
          const createdAt = new Date(key.createdAtMs).toISOString();
          const state = key.revokedAtMs === null ? 'active' : 'revoked';
          const row = {
            api_key: key.id,
            mode: key.mode,
            workspace_id: key.workspaceId,
            created_at: createdAt,
            state,
            origins: key.origins,
          };
          const words = [key.id, state.padEnd(7), createdAt, key.workspaceId, ...key.origins];
          console.log(options.json ? JSON.stringify(row) : words.join('  '));
        }
      });
    });
  keys.addCommand(keyOriginsCommand());
  keys
    .command('revoke')
    .description('revoke a key for good; a running gateway refuses it within a second')
    .argument('<key>', 'the key, key_test_… or key_live_…', keyId)
    .addOption(dataOption())
    .action(async (key: string, options: { data: string }) => {
      await withStores(options.data, async (stores) => {
        if (!(await revokeKey({ stores, now: Date.now }, key)))
          throw new Error('No such key, or it is revoked already.');
        console.log(`Revoked ${key}.`);
      });
    });
  return keys;
}

function workspaceName(value: string): string {
  const name = value.trim();
  if (name.length > 0 && name.length <= workspaceNameCharsMax && !/\p{Cc}/u.test(name)) return name;
  throw new InvalidArgumentError(
    `A name has 1 to ${workspaceNameCharsMax} characters, none of them control characters.`,
  );
}
