import { resolve } from 'node:path';
import { Command } from 'commander';
import { gatherEvidence } from '../usecases/evidence/gather.ts';
import { knownSigningKey } from '../usecases/evidence/signing-key.ts';
import { CliError } from './cli-error.ts';
import { dataOption } from './data-option.ts';
import { evidenceVerifyCommand } from './evidence-verify.ts';
import { openOutput } from './output.ts';
import { bytesText } from './progress-bar.ts';
import { saveStream } from './save-stream.ts';
import { withEvidence } from './with-evidence.ts';

interface ExportOptions {
  out: string;
  data: string;
  force?: boolean;
  json?: boolean;
}

/** `tijori evidence …`: one file that shows what a session rests on, and the check of such a file. */
export function evidenceCommand(): Command {
  return new Command('evidence')
    .description('one signed file with everything that a session rests on, and the check of such a file')
    .addCommand(exportCommand())
    .addCommand(evidenceVerifyCommand());
}

function exportCommand(): Command {
  return new Command('export')
    .description('write the evidence of a session into one signed file, also beside a running gateway; reads only')
    .argument('<session>', 'its id')
    .requiredOption('--out <file>', 'where to put it; for you alone, since documents are in it')
    .option('--force', 'write over a file that is there')
    .addOption(dataOption())
    .action(async (sessionId: string, options: ExportOptions) => {
      const { pack, entries, newer, originals } = await packOf(sessionId, resolve(options.data));
      const path = resolve(options.out);
      const stream = new Blob([new Uint8Array(pack)]).stream();
      const saved = await saveStream(stream, path, { force: options.force ?? false, onBytes: () => undefined });
      openOutput(options).one(
        { file: path, bytes: saved.bytes, sha256: saved.sha256, originals, steps: entries, steps_without_proof: newer },
        [
          ['File', `${path}, ${bytesText(saved.bytes)}`],
          ['SHA-256', saved.sha256],
          ['Originals', String(originals)],
          [
            'Audit steps',
            newer === 0 ? `${entries}, all under a signed head` : `${entries}, ${newer} not under a signed head yet`,
          ],
        ],
        newer === 0 ? undefined : 'A running gateway signs a head every minute: export again for a proof of all steps.',
      );
    });
}

async function packOf(sessionId: string, dataDir: string) {
  const [{ makePack }, { packBytesMax }] = await Promise.all([
    import('./pack/make-pack.ts'),
    import('./pack/pack-format.ts'),
  ]);
  return withEvidence(dataDir, async (deps) => {
    const key = await knownSigningKey(deps);
    if (!key) {
      throw new CliError('not_found', 'There is no key that signs evidence yet.', {
        cure: 'A running gateway makes one within a minute of the first session.',
      });
    }
    const evidence = await gatherEvidence(deps, sessionId);
    const pack = await makePack(evidence, key, deps.now());
    if (pack.length > packBytesMax) throw new CliError('refused', 'The session has more documents than a pack takes.');
    const { entries } = evidence.audit;
    return {
      pack,
      originals: evidence.documents.filter(({ bytes }) => bytes !== null).length,
      entries: entries.length,
      newer: entries.filter(({ place }) => place === null).length,
    };
  });
}
