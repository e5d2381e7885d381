import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { readSecrets } from '../config.ts';
import { keyIdOf, type LiveKeyring, liveKeyring } from '../domain/keyring.ts';
import { claimedKeyIds } from '../usecases/secrets/master-key-check.ts';
import { countByKey, rewrapAll } from '../usecases/secrets/rewrap.ts';
import { createSeal } from '../vault/seal.ts';
import { dataOption } from './data-option.ts';
import { exitCodes } from './exit-codes.ts';
import { withStores } from './key-store.ts';
import { openOutput } from './output.ts';
import { startProgress } from './progress-bar.ts';
import { screenOf } from './screen.ts';
import type { Column } from './table.ts';

interface SecretsOptions {
  data: string;
  json?: boolean;
}

interface KeyCount {
  key_id: string;
  sealed: number;
  current: boolean;
}

const columns: readonly Column<KeyCount>[] = [
  { title: 'KEY', text: ({ key_id: id }) => id },
  {
    title: 'STATE',
    text: ({ current }) => (current ? 'current' : 'old'),
    style: ({ current }) => (current ? 'green' : 'yellow'),
  },
  { title: 'SEALED', text: ({ sealed }) => String(sealed) },
];

/** `tijori secrets …`: the master key and those before it, on the data folder, beside a running gateway if there is one. */
export function secretsCommand(): Command {
  const secrets = new Command('secrets').description(
    'change the master key: see under which key what lies, and move it',
  );
  secrets
    .command('status')
    .description('count what is sealed under each master key; exit code 6 while another than the current one is needed')
    .addOption(dataOption())
    .action(async (options: SecretsOptions) => {
      await withStores(resolve(options.data), async (stores) => {
        const { masterKey, old } = readSecrets();
        const current = keyIdOf(masterKey);
        const claimed = (await claimedKeyIds({ stores })).filter((id) => id !== current);
        const known = new Set([current, ...(old?.masterKeys ?? []).map(keyIdOf), ...claimed]);
        const counts = await countByKey({ stores });
        for (const id of known) counts.set(id, counts.get(id) ?? 0);
        const rows = [...counts].map(([keyId, sealed]) => ({ key_id: keyId, sealed, current: keyId === current }));
        const left = rows.filter((row) => !row.current).reduce((sum, row) => sum + row.sealed, 0);
        if (left > 0 || claimed.length > 0) process.exitCode = exitCodes.failed_check.code;
        const out = openOutput(options);
        if (!out.isJson) out.list(rows, { columns, json: (row) => row, none: 'Nothing is sealed yet.' });
        const claimedText =
          'Everything is under the current key, but another may still be at work: tijori secrets rewrap';
        const done = claimed.length > 0 ? claimedText : 'Everything is under the current key.';
        const rest = left === 0 ? done : `${left} to move: tijori secrets rewrap`;
        out.line({ keys: rows, left, claimed }, rest);
      });
    });
  secrets
    .command('rewrap')
    .description(
      'move everything under the current master key while the gateway works; begin it again after any interruption',
    )
    .addOption(dataOption())
    .action(async (options: SecretsOptions) => {
      await withStores(resolve(options.data), async (stores) => {
        const keyring = masterKeyring();
        const startedAtMs = performance.now();
        const progress = startProgress({ label: 'Moving' });
        const rewrapping = rewrapAll({ stores, seal: createSeal({ keyring }) }, keyring, {
          onPage: progress.at,
          wait: async (ms) => {
            progress.end();
            const seconds = Math.round(ms / 1000);
            screenOf(process.stderr).write(
              `All is moved. Waiting ${seconds} s for gateways that have not taken the new key.\n`,
            );
            await wait(ms);
          },
        });
        const { rewrapped, released } = await rewrapping.finally(() => progress.end());
        const tookMs = Math.round(performance.now() - startedAtMs);
        const text = `${rewrapped} moved in ${tookMs} ms. Nothing is under another key than the current one any more.`;
        const out = openOutput(options);
        out.line({ rewrapped, released, took_ms: tookMs }, text);
        if (!out.isJson) out.line({}, 'TIJORI_MASTER_KEY_OLD may go. Backups of before still need the old key.');
      });
    });
  return secrets;
}

function masterKeyring(): LiveKeyring {
  const { masterKey, old } = readSecrets();
  return liveKeyring({ current: masterKey, old: old?.masterKeys ?? [] });
}
