import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readDevSecrets } from '../../packages/server/src/cli/dev-folder.ts';
import { documentLabel } from '../../packages/server/src/domain/document.ts';
import { liveKeyring } from '../../packages/server/src/domain/keyring.ts';
import { createSeal } from '../../packages/server/src/vault/seal.ts';
import { sealedBytesOf } from '../../packages/server/src/vault/seal-file.ts';
import type { Finding } from './finding.ts';
import type { Place } from './gateway-process.ts';
import { blobPath } from './vault-folder.ts';

/** Every document that a dead gateway holds, opened with its key and held against its digest: a size alone tells nothing of bytes that never came. */
export async function vaultFaults(
  query: (sql: string) => Promise<Record<string, unknown>[]>,
  place: Place,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const held = await query(
    `select id, workspace_id, blob, size_bytes, sha256, wrapped_key from documents where state = 'held' and blob is not null`,
  );
  if (held.length === 0) return findings;
  const seal = createSeal({ keyring: liveKeyring({ current: masterKeyOf(place), old: [] }) });
  const faultOf = (row: Record<string, unknown>): string | undefined => {
    const path = blobPath(place.dataDir, String(row.blob));
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return 'has no file';
    if (stats.size !== sealedBytesOf(Number(row.size_bytes))) return `has a file of ${stats.size} bytes`;
    const label = documentLabel({ workspaceId: String(row.workspace_id), id: String(row.id) });
    try {
      const plain = seal.openWhole(String(row.wrapped_key), label, readFileSync(path));
      return hash('sha256', plain, 'hex') === row.sha256 ? undefined : 'has a file of another digest';
    } catch {
      return 'has a file that does not open';
    }
  };
  for (const row of held) {
    const what = faultOf(row);
    if (what) findings.push({ kind: 'vault', text: `document ${row.id} is held, but ${what}` });
  }
  return findings;
}

function masterKeyOf({ dataDir, production }: Place): Buffer {
  if (production) return Buffer.from(production.environment.TIJORI_MASTER_KEY ?? '', 'base64');
  const secrets = readDevSecrets(dataDir);
  if (!secrets) throw new Error(`there are no keys in ${dataDir}`);
  return secrets.masterKey;
}
