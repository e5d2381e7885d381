import { digestBehind, download, type Integrator, status } from './api.ts';
import { Connection } from './connection.ts';
import type { Finding } from './finding.ts';
import { contradiction, type Fact } from './ledger.ts';
import { textOf } from './load.ts';

const clients = 16;

/** Asks a restarted server for facts that were acknowledged before: the session, its state, its documents' bytes. */
export async function askAgain(integrator: Integrator, facts: readonly Fact[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const left = [...facts];
  const client = async () => {
    const connection = new Connection();
    for (let fact = left.pop(); fact; fact = left.pop()) {
      // Whatever goes wrong on the way to a fact, the fact cannot be had: also an answer that breaks off.
      const wrong = await askFor(connection, integrator, fact).catch(textOf);
      if (wrong) findings.push({ kind: 'lost', text: `${fact.id}: ${wrong}` });
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: clients }, client));
  return findings;
}

async function askFor(connection: Connection, integrator: Integrator, fact: Fact): Promise<string | undefined> {
  const wrong = contradiction(fact, await status(connection, integrator, fact.id));
  if (wrong) return wrong;
  for (const [docType, files] of fact.files) {
    const now = await download(connection, integrator, fact.id, docType);
    if (digests(now) !== digests(files)) return `${docType} has other bytes than before`;
    // The old link was promised for an hour, so it must still open.
    for (const { url, sha256 } of files) {
      if ((await digestBehind(connection, url)) !== sha256) return `the old link of ${docType} has other bytes`;
    }
  }
  return undefined;
}

function digests(files: readonly { sha256: string }[]): string {
  return files.map(({ sha256 }) => sha256).join(' ');
}
