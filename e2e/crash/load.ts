import { docTypes } from '@tijori/wire';
import { create, download, type Integrator, status, storyOf, UnexpectedAnswer } from './api.ts';
import { Connection } from './connection.ts';
import type { Finding } from './finding.ts';
import { contradiction, type Ledger } from './ledger.ts';
import { Person } from './person.ts';

/** Sixteen clients: most create, some read, two lead people through whole journeys. */
const clients = { creators: 10, readers: 4, people: 2 };

export const allDocTypes = docTypes.map(({ name }) => name);

/** A journey that goes on over any number of crashes. */
export interface Journey {
  id: string;
  createdAtMs: number;
  person: Person;
}

export interface Load {
  ledger: Ledger;
  integrator: Integrator;
  random: () => number;
  /** Journeys that a crash interrupted; they are gone on with first. Those that end are taken out. */
  journeys: Set<Journey>;
}

/** Runs until the ledger's fence is shut. What goes wrong before that is a finding; after it, an unknown outcome. */
export async function runLoad(load: Load): Promise<Finding[]> {
  const findings: Finding[] = [];
  const waiting = [...load.journeys];
  const client = async (work: (connection: Connection) => Promise<void>) => {
    const connection = new Connection();
    try {
      while (load.ledger.isOpen) await work(connection);
    } catch (error) {
      if (load.ledger.isOpen) findings.push({ kind: 'served', text: textOf(error) });
    } finally {
      connection.close();
    }
  };
  await Promise.all([
    ...Array.from({ length: clients.creators }, () => client((connection) => createOne(load, connection))),
    ...Array.from({ length: clients.readers }, () => client((connection) => readOne(load, connection))),
    ...Array.from({ length: clients.people }, () =>
      client(async (connection) =>
        walkJourney(load, connection, waiting.shift() ?? (await beginJourney(load, connection))),
      ),
    ),
  ]);
  return findings;
}

async function createOne({ ledger, integrator }: Load, connection: Connection): Promise<void> {
  const session = await create(connection, integrator, allDocTypes);
  ledger.created(session.id, session.created_at);
}

/** Any session that was acknowledged, this round or long ago, must be there at once and not behind. */
async function readOne({ ledger, integrator, random }: Load, connection: Connection): Promise<void> {
  const fact = ledger.pickRecent(random);
  if (!fact) return createOne({ ledger, integrator, random, journeys: new Set() }, connection);
  const seen = await status(connection, integrator, fact.id);
  const wrong = contradiction(fact, seen);
  if (wrong) throw new UnexpectedAnswer(`${fact.id}: ${wrong}`);
}

async function beginJourney({ ledger, integrator, random, journeys }: Load, connection: Connection): Promise<Journey> {
  const session = await create(connection, integrator, allDocTypes);
  ledger.created(session.id, session.created_at);
  const { id, created_at: createdAtMs } = session;
  const journey = { id, createdAtMs, person: new Person(`${integrator.baseUrl}/consent/${session.id}`, random) };
  if (ledger.isOpen) journeys.add(journey);
  return journey;
}

/** From wherever it stands to succeeded, then every consented document is downloaded. */
export async function walkJourney(
  { ledger, integrator, journeys }: Pick<Load, 'ledger' | 'integrator' | 'journeys'>,
  connection: Connection,
  { id, person }: Journey,
): Promise<void> {
  await person.walk(connection, () => ledger.reached(id, 'initialized'));
  const seen = await status(connection, integrator, id);
  ledger.reached(id, seen.status, seen.documents_consented);
  if (seen.status !== 'succeeded') {
    const story = await storyOf(connection, integrator, id);
    throw new UnexpectedAnswer(`${id}: the journey ended as ${seen.status}, ${story}`);
  }
  for (const docType of seen.documents_consented ?? []) {
    ledger.downloaded(id, docType, await download(connection, integrator, id, docType));
  }
  if (ledger.isOpen) for (const journey of journeys) if (journey.id === id) journeys.delete(journey);
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
