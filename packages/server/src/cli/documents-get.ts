import { join, resolve } from 'node:path';
import type { DriveFile, TijoriClient, V1Session } from '@tijori/client-source';
import { Command, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { type GatewayOptions, openGateway, withGatewayOptions } from './gateway-access.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { oneMore } from './option-values.ts';
import { openOutput } from './output.ts';
import { bytesText, startProgress } from './progress-bar.ts';
import { type SavedFile, saveStream } from './save-stream.ts';
import type { Column } from './table.ts';

interface GetOptions extends GatewayOptions {
  type?: string[];
  out: string;
  force?: boolean;
}

interface SavedDocument extends SavedFile {
  type: string;
  issuer: string;
}

/** A file to fetch, and where it goes. */
interface Wanted {
  type: string;
  file: DriveFile;
  path: string;
}

const columns: readonly Column<SavedDocument>[] = [
  { title: 'DOCUMENT', text: ({ type }) => type },
  { title: 'BYTES', text: ({ bytes }) => String(bytes) },
  { title: 'FILE', text: ({ path }) => path, mayShrink: 'front' },
  { title: 'SHA-256', text: ({ sha256 }) => sha256, mayShrink: true },
];

/** `tijori documents get`: the consented documents of a session as files. */
export function documentsGetCommand(): Command {
  const command = new Command('get')
    .description('download the consented documents of a session; size and SHA-256 are checked, files are for you alone')
    .argument('<session>', 'its id')
    .addOption(new Option('--type <type>', 'only this document type; may be repeated').argParser(oneMore))
    .option('--out <dir>', 'where to put them', '.')
    .option('--force', 'write over files that are there');
  return withGatewayOptions(command).action(async (id: string, options: GetOptions) => {
    const { client } = openGateway(options);
    const signal = interruptSignal();
    const session = await client.v1.sessions.get(id, { signal });
    const wanted = await filesOf(client, session, { ...options, out: resolve(options.out), signal });
    const total = wanted.reduce((sum, { file }) => sum + file.size, 0);
    const progress = startProgress({ label: 'Downloading', total, text: bytesText });
    const saved: SavedDocument[] = [];
    let done = 0;
    try {
      for (const { type, file, path } of wanted) {
        const stream = await client.downloadDocument(file, { signal });
        const onBytes = (bytes: number) => {
          done += bytes;
          progress.at(done);
        };
        const document = await saveStream(stream, path, { force: options.force ?? false, onBytes });
        saved.push({ ...document, type, issuer: file.metadata.issuer });
      }
    } finally {
      progress.end();
      // What is whole stays, and is told, also where a later one failed.
      openOutput(options).list(saved, { columns, json: (document) => document, none: 'No documents.' });
    }
  });
}

async function filesOf(
  client: TijoriClient,
  session: V1Session,
  { type, out, signal }: { type?: string[]; out: string; signal: AbortSignal },
): Promise<Wanted[]> {
  const consented = session.documents.filter((document) => document.consented).map((document) => document.type);
  if (consented.length === 0) {
    const reason = session.status_reason === null ? '' : ` (${session.status_reason})`;
    throw new CliError('refused', `The session has no documents: it is ${session.status}${reason}.`, {
      cure: 'Documents are there once it has succeeded.',
    });
  }
  const strange = type?.find((name) => !consented.some((known) => known === name));
  if (strange !== undefined) {
    throw new CliError('not_found', `No consent for ${strange}.`, { cure: `There is for: ${consented.join(', ')}.` });
  }
  const family = session.family === 'api' ? client.sessions : client.sdkSessions;
  const wanted: Wanted[] = [];
  for (const name of consented.filter((each) => !type || type.includes(each))) {
    const files = await family.documents(session.id, name, { signal });
    for (const [i, file] of files.entries()) {
      const ending = file.metadata.ContentType === 'application/pdf' ? 'pdf' : 'xml';
      const number = files.length > 1 ? `-${i + 1}` : '';
      wanted.push({ type: name, file, path: join(out, `${session.id}-${name}${number}.${ending}`) });
    }
  }
  return wanted;
}
