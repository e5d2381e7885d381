import { readFileSync, statSync } from 'node:fs';
import { Command } from 'commander';
import { toWireVerdict } from '../http/present-documents.ts';
import { bareHead } from './audit-heads.ts';
import { CliError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import { openNamedTrust, trustOption } from './judging.ts';
import { momentText, type Output, openOutput, type Part } from './output.ts';
import type { KnownBefore, PackFindings } from './pack/check-pack.ts';
import type { Statements } from './pack/tell-pack.ts';

interface VerifyOptions {
  trust?: string;
  key?: string;
  heads?: string;
  json?: boolean;
}

/** `tijori evidence verify`: what a pack proves, with nothing but the pack. */
export function evidenceVerifyCommand(): Command {
  return new Command('verify')
    .description(
      'say what an evidence pack proves and what not, with nothing else at hand; exit code 6 if it is not whole',
    )
    .argument('<file>', 'the pack')
    .addOption(trustOption('only what the pack brings'))
    .option('--key <id>', 'id of the key that has to have signed it')
    .option(
      '--heads <file>',
      'signed heads that were kept elsewhere, one a line; the one in the pack has to be among them',
    )
    .action(async (file: string, options: VerifyOptions) => {
      const [{ checkPack }, { packBytesMax }, { statementsOf }] = await Promise.all([
        import('./pack/check-pack.ts'),
        import('./pack/pack-format.ts'),
        import('./pack/tell-pack.ts'),
      ]);
      const { trust } = options;
      const before: KnownBefore = {
        trust: trust === undefined ? null : (mode) => openNamedTrust(trust, mode),
        kid: options.key ?? null,
        heads: options.heads === undefined ? null : linesOf(options.heads).map(bareHead),
      };
      const { faults, content } = await checkPack(readPack(file, packBytesMax), before);
      const statements = faults.length === 0 && content ? statementsOf(content, before) : { proved: [], notProved: [] };
      if (faults.length > 0) process.exitCode = exitCodes.failed_check.code;
      tell(openOutput(options), { file, faults, content, statements });
    });
}

function readPack(file: string, bytesMax: number): Buffer {
  try {
    if (statSync(file).size > bytesMax) throw new CliError('refused', `${file} is larger than any pack.`);
    return readFileSync(file);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('not_found', `${file} cannot be read.`, { cause });
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim());
  } catch (cause) {
    throw new CliError('not_found', `${file} cannot be read.`, { cause, cure: 'Name a file of signed heads.' });
  }
}

interface Told extends PackFindings {
  file: string;
  statements: Statements;
}

function tell(output: Output, { file, faults, content, statements }: Told): void {
  const isWhole = faults.length === 0;
  if (output.isJson) {
    output.line(
      {
        file,
        whole: isWhole,
        faults,
        ...factsOf(content),
        proved: statements.proved,
        not_proved: statements.notProved,
      },
      '',
    );
    return;
  }
  const say = (...parts: Part[]) => output.line({}, parts);
  if (content) {
    const { manifest, kid } = content.pack;
    say(
      `Session ${manifest.session} (${manifest.status}) of ${manifest.workspace.name}; made ${momentText(manifest.made_at)}, key ${kid}.`,
    );
    if (manifest.mode === 'test') say('This is test data: no person, company or document in it is real.');
  }
  if (!isWhole) {
    say({ style: 'red', text: 'This pack proves nothing: it is not as it was made, or not what it says.' });
    for (const fault of faults) say(`  - ${fault}`);
    return;
  }
  say({ style: 'bold', text: 'Proved' });
  for (const text of statements.proved) say(`  - ${text}`);
  say({ style: 'bold', text: 'Not proved' });
  for (const text of statements.notProved) say(`  - ${text}`);
}

function factsOf(content: PackFindings['content']): object {
  if (!content) return { session_id: null, documents: [] };
  const { pack, documents, audit, isHeadKept } = content;
  return {
    session_id: pack.manifest.session,
    mode: pack.manifest.mode,
    made_at: pack.manifest.made_at,
    key_id: pack.kid,
    documents: documents.map(({ type, file, state, sha256, recorded, again }) => ({
      type,
      file,
      state,
      sha256,
      recorded: recorded?.state ?? null,
      verdict: again && toWireVerdict(again),
    })),
    audit: {
      steps: audit.proved,
      steps_without_proof: audit.newer,
      head: audit.head && {
        size: audit.head.size,
        signed_at: audit.head.atMs,
        key_id: audit.head.kid,
        kept: isHeadKept,
      },
    },
  };
}
