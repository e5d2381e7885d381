import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultDataDir } from '../config.ts';
import { apiKeyPattern } from '../domain/api-key.ts';
import type { Mode } from '../domain/session.ts';
import { openSqlite } from '../storage/sqlite.ts';
import { openStores, type Stores } from '../stores/index.ts';
import { createKey, workspaceNameCharsMax } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';

/** `tijori keys …`: works on the data folder, beside a running gateway if there is one. */
export function keysCommand(): Command {
  const keys = new Command('keys').description('make, list and revoke API keys');
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
    .addOption(dataOption())
    .option('--json', 'print one JSON object')
    .action(async (options: { mode: Mode; workspace: string; data: string; json?: boolean }) => {
      await withStores(options.data, async (stores) => {
        if (options.mode === 'live' && (await stores.settings.get('deployment')) === 'dev') {
          throw new Error('This data folder belongs to "tijori dev", which takes no live keys.');
        }
        const key = await createKey(
          { stores, now: Date.now },
          { mode: options.mode, workspaceName: options.workspace },
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
          const row = { api_key: key.id, mode: key.mode, workspace_id: key.workspaceId, created_at: createdAt, state };
          console.log(
            options.json ? JSON.stringify(row) : `${key.id}  ${state.padEnd(7)}  ${createdAt}  ${key.workspaceId}`,
          );
        }
      });
    });
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

function dataOption(): Option {
  return new Option('--data <dir>', 'data folder').default(defaultDataDir);
}

function workspaceName(value: string): string {
  const name = value.trim();
  if (name.length > 0 && name.length <= workspaceNameCharsMax && !/\p{Cc}/u.test(name)) return name;
  throw new InvalidArgumentError(
    `A name has 1 to ${workspaceNameCharsMax} characters, none of them control characters.`,
  );
}

function keyId(value: string): string {
  if (apiKeyPattern.test(value)) return value;
  throw new InvalidArgumentError('A key looks like key_test_ or key_live_ and 32 hex characters.');
}

async function withStores(dataDir: string, work: (stores: Stores) => Promise<void>): Promise<void> {
  const db = await openSqlite({ path: join(dataDir, 'tijori.db'), now: Date.now });
  try {
    await work(openStores(db));
  } finally {
    await db.close();
  }
}
