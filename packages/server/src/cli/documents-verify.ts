import { readFile } from 'node:fs/promises';
import { verdictReasons, verdictStates } from '@tijori/wire/verdicts';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Mode } from '../domain/session.ts';
import type { Verdict } from '../domain/verdict.ts';
import { toWireVerdict } from '../http/present-documents.ts';
import { CliError } from './cli-error.ts';
import { dataOption } from './data-option.ts';
import { exitCodes } from './exit-codes.ts';
import { openJudge, openNamedTrust, openUsualTrust, trustOption } from './judging.ts';
import { moment } from './option-values.ts';
import { momentText, openOutput } from './output.ts';

interface VerifyOptions {
  mode: Mode;
  trust?: string;
  document?: string;
  at?: number;
  data: string;
  json?: boolean;
}

/** `tijori documents verify`: the verdict on files, without a gateway, a network or a database. */
export function documentsVerifyCommand(): Command {
  return new Command('verify')
    .description('judge the signature of XML and PDF documents offline; exit code 6 unless every one is genuine')
    .argument('<file...>', 'the documents')
    .addOption(new Option('--mode <mode>', 'whose trust store').choices(['live', 'test']).default('live'))
    .addOption(trustOption('the one of the mode in TIJORI_TRUST or <data>/trust'))
    .addOption(new Option('--document <code>', "EntityLocker's code, for signers that sign only some").argParser(code))
    .addOption(new Option('--at <moment>', 'judge as of then, as 2026-11-26; now if left out').argParser(moment))
    .addOption(dataOption())
    .action(async (files: string[], options: VerifyOptions) => {
      const { mode, data, trust, at, document } = options;
      const source = trust === undefined ? await openUsualTrust(data, mode) : openNamedTrust(trust, mode);
      const verifier = openJudge(data, source, mode);
      const order = { store: mode, judgedAtMs: at ?? Date.now(), ...(document === undefined ? {} : { document }) };
      const output = openOutput(options);
      try {
        for (const [index, file] of files.entries()) {
          const { verdict } = await verifier.judge(await bytesOf(file), order);
          if (verdict.state !== 'genuine') process.exitCode = exitCodes.failed_check.code;
          if (index > 0 && !output.isJson) output.screen.write('\n');
          output.one({ file, ...toWireVerdict(verdict) }, fieldsOf(file, verdict));
        }
      } finally {
        await verifier.close();
      }
    });
}

function code(value: string): string {
  if (/^[A-Z]{5}$/.test(value)) return value;
  throw new InvalidArgumentError('A code has five capitals, such as GSTND.');
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CliError('not_found', `${file} cannot be read.`, { cause });
  }
}

/** What a verdict says to a person: only what there is to say. */
function fieldsOf(file: string, verdict: Verdict): [name: string, value: string][] {
  const { state, reason, signer, signedAtMs, validAtMs, algorithm, chain, revocation, covered, activeContent } =
    verdict;
  const root = chain.at(-1);
  const fields: [string, string | null][] = [
    ['File', file],
    ['Verdict', reason ? `${state} (${reason})` : state],
    ['Meaning', reason ? verdictReasons[reason].meaning : verdictStates[state]],
    ['Signer', signer && `${signer.subject}${chain.length > 0 ? '' : ' (as the file says; nobody vouches for it)'}`],
    ['Signed', signedAtMs === null ? null : `${momentText(signedAtMs)}, by the signer's clock`],
    ['Valid as of', chain.length === 0 ? null : momentText(validAtMs)],
    ['Root', root ? `${root.subject}, SHA-256 ${root.sha256}` : null],
    ['Revocation', chain.length === 0 ? null : revocationText(revocation)],
    ['Algorithm', algorithm?.signature ?? null],
    ['Covered', covered.scope === 'none' ? null : `${covered.scope}, ${covered.bytes} bytes`],
    ['Active', activeContent.length > 0 ? activeContent.join(', ') : null],
    ['SHA-256', verdict.sha256],
  ];
  return fields.filter((field): field is [string, string] => field[1] !== null);
}

function revocationText({ status, revokedAtMs, lists }: Verdict['revocation']): string {
  if (status === 'revoked') return `revoked ${momentText(revokedAtMs)}`;
  const newest = Math.max(...lists.map(({ thisUpdateMs }) => thisUpdateMs));
  if (status === 'good') return `on no list; newest of ${momentText(newest)}`;
  return 'unknown: no current list of every issuer is in the trust folder';
}
