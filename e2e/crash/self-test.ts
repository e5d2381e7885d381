import { cpSync, openSync, rmSync, statSync, truncateSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { integratorOf } from './api.ts';
import { askAgain } from './ask-again.ts';
import { inspectAtRest } from './at-rest.ts';
import { Connection } from './connection.ts';
import type { Finding } from './finding.ts';
import { startGateway, steadyPort } from './gateway-process.ts';
import type { Fact } from './ledger.ts';
import { runCrashLoop } from './loop.ts';
import { seededRandom } from './random.ts';
import { scratchFolder } from './scratch-folder.ts';
import { blobPath, leftoversStay, plantLeftovers } from './vault-folder.ts';

/** One proof that the loop can fail: what was done, and whether it was noticed. */
export interface Proof {
  name: string;
  noticed: boolean;
}

interface Damage {
  name: string;
  /** What must be found. */
  finds: RegExp;
  /** Found at the dead folder, or by asking the server that was started on it. */
  by: 'at rest' | 'asking';
  plant(dataDir: string, fact: Fact): void;
}

const change = (sql: string) => (dataDir: string, fact: Fact) => {
  const db = new DatabaseSync(join(dataDir, 'tijori.db'), { enableForeignKeyConstraints: false });
  db.prepare(sql).run(fact.id);
  db.close();
};

const damages: readonly Damage[] = [
  { name: 'nothing at all', finds: /^$/, by: 'at rest', plant: () => {} },
  {
    name: 'a session row dropped',
    finds: /lost .* has no row/,
    by: 'at rest',
    plant: change('delete from sessions where id = ?'),
  },
  {
    name: 'a row that others name dropped',
    finds: /corrupt foreign_key_check/,
    by: 'at rest',
    plant: change('delete from sessions where id = ?'),
  },
  {
    name: 'an audit row dropped',
    finds: /half a session without its one session.created/,
    by: 'at rest',
    plant: change(`delete from audit_entries where action = 'session.created' and session_id = ?`),
  },
  {
    name: 'tokens dropped',
    finds: /half an authorized session without its tokens/,
    by: 'at rest',
    plant: change('delete from session_secrets where session_id = ?'),
  },
  {
    name: 'a document row dropped',
    finds: /half a consented type without a document row/,
    by: 'at rest',
    plant: change('delete from documents where session_id = ?'),
  },
  {
    name: 'a state set back',
    finds: /lost .* was succeeded, is initialized/,
    by: 'at rest',
    plant: change(`update sessions set status = 'initialized' where id = ?`),
  },
  {
    name: 'a document file removed',
    finds: /vault document .* has no file/,
    by: 'at rest',
    plant: (dataDir, fact) => rmSync(blobOf(dataDir, fact)),
  },
  { name: 'pages of the database overwritten', finds: /corrupt/, by: 'at rest', plant: (dataDir) => scribble(dataDir) },
  {
    name: 'a session row dropped',
    finds: /lost .* status answered 521/,
    by: 'asking',
    plant: change('delete from sessions where id = ?'),
  },
  {
    name: 'a time of creation changed',
    finds: /lost .* created_at was/,
    by: 'asking',
    plant: change('update sessions set created_at_ms = created_at_ms + 1 where id = ?'),
  },
  {
    name: 'a document file cut short',
    finds: /(lost|served) /,
    by: 'asking',
    plant: (dataDir, fact) => truncateSync(blobOf(dataDir, fact), 100),
  },
];

/**
 * Shows that the loop can fail: damages of every kind it claims to see, planted into copies of a crashed folder, and two
 * servers that are wrong on purpose and that only a kill at the right moment exposes. Copies share one start where they can.
 */
export async function selfTest(seed: number): Promise<Proof[]> {
  const random = seededRandom(seed);
  const scratch = scratchFolder();
  try {
    const dataDir = join(scratch.path, 'data');
    const port = await steadyPort(random);
    const { ledger, findings } = await runCrashLoop({ place: { dataDir, port }, rounds: 1, seed, loadMsMax: 400 });
    const done = [...ledger.facts.values()].filter(({ files }) => files.size > 0);
    if (done.length === 0) throw new Error('no journey came to its end, so there is nothing to damage');
    const proofs: Proof[] = [{ name: 'a healthy run finds nothing', noticed: findings.length === 0 }];
    for (const damage of damages) {
      const copy = join(scratch.path, 'copy');
      cpSync(dataDir, copy, { recursive: true });
      const facts = [...ledger.facts.values()];
      const found = await damaged(damage, { dataDir: copy, port }, done, facts);
      rmSync(copy, { recursive: true });
      proofs.push({ name: `${damage.name} (${damage.by})`, noticed: isNoticed(damage, found) });
    }
    proofs.push(await leftoverProof(dataDir));
    for (const [fault, kind] of [['answer-too-early', 'lost'], ['no-transaction', 'half']] as const) {
      proofs.push(await wrongServerProof({ dataDir, port, seed, fault, kind }));
    }
    return proofs;
  } finally {
    scratch.remove();
  }
}
