import { resolve } from 'node:path';
import { Command } from 'commander';
import { recordSession } from '../usecases/sessions/record.ts';
import { CliError } from './cli-error.ts';
import { dataOption } from './data-option.ts';
import { openJudge, openUsualTrust } from './judging.ts';
import { openOutput } from './output.ts';
import { saveStream } from './save-stream.ts';
import { withEvidence } from './with-evidence.ts';

interface RecordOptions {
  out?: string;
  data: string;
  force?: boolean;
  json?: boolean;
}

/** `tijori record`: a session as a persona of the simulator, with nothing of anybody in it. */
export function recordCommand(): Command {
  return new Command('record')
    .description(
      'make a persona file of a session for "tijori simulator --personas": its shape, and no name, number, address or day of it',
    )
    .argument('<session>', 'its id')
    .option('--out <file>', 'where to put it, *.json; printed if left out')
    .option('--force', 'write over a file that is there')
    .addOption(dataOption())
    .action(async (sessionId: string, options: RecordOptions) => {
      const persona = await personaOf(sessionId, resolve(options.data));
      if (!persona) {
        throw new CliError('refused', 'The session has no documents, so there is nothing to record.', {
          cure: 'Record one that has succeeded.',
        });
      }
      const text = `${JSON.stringify(persona, null, 2)}\n`;
      if (options.out === undefined) {
        process.stdout.write(options.json ? `${JSON.stringify(persona)}\n` : text);
        return;
      }
      const path = resolve(options.out);
      const { bytes } = await saveStream(new Blob([text]).stream(), path, {
        force: options.force ?? false,
        onBytes: () => undefined,
      });
      openOutput(options).line({ file: path, bytes }, `Recorded into ${path}.`);
    });
}

async function personaOf(sessionId: string, dataDir: string): Promise<Record<string, unknown> | null> {
  return withEvidence(dataDir, async (deps) => {
    const session = await deps.stores.sessions.find(sessionId);
    const mode = session?.mode ?? 'test';
    const verifier = openJudge(dataDir, await openUsualTrust(dataDir, mode), mode);
    try {
      return await recordSession({ ...deps, verifier }, sessionId);
    } finally {
      await verifier.close();
    }
  });
}
