import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Command } from 'commander';
import { ConfigError, readDatabase } from '../config.ts';
import { openForReading } from '../storage/sqlite-connection.ts';
import { dataOption } from './data-option.ts';
import { isDevFolder } from './dev-folder.ts';
import { type Finding, fault, messageOf, skipped } from './doctor/finding.ts';
import { lookAtDatabase } from './doctor/look-at-database.ts';
import { lookAtFolder } from './doctor/look-at-folder.ts';
import { lookAtServerDatabase } from './doctor/look-at-server-database.ts';
import { lookAtSettings } from './doctor/look-at-settings.ts';
import { lookAtUpstreams } from './doctor/look-at-upstream.ts';
import { lookAtVault } from './doctor/look-at-vault.ts';
import { exitCodes } from './exit-codes.ts';
import { openVaultForReading } from './open-vault.ts';
import { openOutput, type Part } from './output.ts';

interface DoctorOptions {
  data: string;
  upstream?: boolean;
  json?: boolean;
}

/** `tijori doctor`: looks at everything and changes nothing. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look for what is wrong with settings, data folder, database and vault; exit code 6 if anything is')
    .addOption(dataOption())
    .option('--upstream', 'also ask whether the upstreams answer')
    .action(async (options: DoctorOptions) => {
      const findings = await examine(resolve(options.data), options.upstream ?? false);
      const faults = findings.filter(({ state }) => state === 'fault').length;
      if (faults > 0) process.exitCode = exitCodes.failed_check.code;
      const out = openOutput(options);
      if (!out.isJson) for (const finding of findings) out.line(finding, lineOf(finding));
      const wrong = `${faults} ${faults === 1 ? 'thing is' : 'things are'} wrong.`;
      out.line({ healthy: faults === 0, findings }, faults === 0 ? 'Nothing is wrong.' : wrong);
    });
}

const stateStyles = { ok: 'green', warning: 'yellow', fault: 'red', skipped: 'gray' } as const;

function lineOf({ check, state, text }: Finding): Part[] {
  return [
    { style: stateStyles[state], text: state.padEnd(7) },
    '  ',
    { style: 'bold', text: check.padEnd(15) },
    `  ${text}`,
  ];
}

/** Everything that the doctor looks at, in the order in which it is told. */
export async function examine(dataDir: string, askUpstream: boolean): Promise<Finding[]> {
  const path = join(dataDir, 'tijori.db');
  const isDev = isDevFolder(dataDir);
  const { config, findings } = lookAtSettings(isDev);
  const database = isDev ? null : readDatabase();
  if (database) {
    findings.push(...(existsSync(dataDir) ? lookAtFolder(dataDir) : []), ...(await lookAtServerDatabase(database.url)));
  } else if (!existsSync(path)) {
    findings.push(
      fault('data folder', `${dataDir} holds no database: give the folder with --data, or start Tijori first.`),
    );
  } else {
    findings.push(...lookAtFolder(dataDir), ...(await lookInside(path, dataDir)));
  }
  if (askUpstream && config) findings.push(...(await lookAtUpstreams(config)));
  return findings;
}

async function lookInside(path: string, dataDir: string): Promise<Finding[]> {
  const nowMs = Date.now();
  let connection: DatabaseSync | undefined;
  try {
    connection = openForReading(path);
    const findings = lookAtDatabase(connection, dataDir, nowMs);
    return [...findings, ...(await lookIntoVault(connection, dataDir, nowMs))];
  } catch (error) {
    return [
      fault(
        'database',
        `It cannot be read: ${messageOf(error)}. Leave it as it is and restore a backup into a new folder.`,
      ),
    ];
  } finally {
    connection?.close();
  }
}

/** What is wrong with the vault says nothing about the database. */
async function lookIntoVault(connection: DatabaseSync, dataDir: string, nowMs: number): Promise<Finding[]> {
  try {
    return await lookAtVault(connection, { blobs: await openVaultForReading(dataDir), nowMs });
  } catch (error) {
    if (error instanceof ConfigError) return [skipped('vault', 'The settings of its bucket are wrong.')];
    return [fault('vault', `It cannot be read: ${messageOf(error)}.`)];
  }
}
