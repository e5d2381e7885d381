import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyIdentifierOf } from './identifiers.ts';
import type { Entity, Person, Persona, Variants } from './persona.ts';
import { readPersona } from './read-persona.ts';

/** Everybody who can sign in. */
export interface People {
  all: readonly Persona[];
  byMobile(mobile: string): Persona | undefined;
  entityById(id: string): Holding | undefined;
  /** Who holds the identifier: a CIN, a GSTIN, a PAN or a Udyam number. */
  byIdentifier(identifier: string): Holding | undefined;
}

/** An entity and the person who acts for it. */
export interface Holding {
  person: Person;
  entity: Entity;
  variants: Partial<Variants>;
}

/** One fictional person for a "sign in as one of these" list. */
export interface PersonaSummary {
  mobile: string;
  personName: string;
  entityNames: string[];
}

/** A persona file that cannot be used: every fault on a line of its own, with file, JSON path and reason. */
export class PersonaError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`persona files cannot be used:\n${faults.join('\n')}`);
    this.name = 'PersonaError';
    this.faults = faults;
  }
}

/** Reads every `*.json` of the directory. All or none; in the order of the mobile numbers. */
export function loadPeople(dir: string = import.meta.dirname): People {
  const faults: string[] = [];
  const all: Persona[] = [];
  const names = readdirSync(dir).filter((name) => name.endsWith('.json'));
  for (const name of names.sort()) {
    const file = join(dir, name);
    const found: string[] = [];
    const persona = readPersona(parse(file, found), found);
    if (all.some((other) => other.person.mobile === persona.person.mobile)) {
      found.push('$.person.mobile: belongs to a person of another file');
    }
    faults.push(...found.map((fault) => `${file}: ${fault}`));
    all.push(persona);
  }
  if (names.length === 0) faults.push(`${dir}: has no persona files (*.json)`);
  if (faults.length > 0) throw new PersonaError(faults);
  all.sort((left, right) => (left.person.mobile < right.person.mobile ? -1 : 1));
  const holdings = all.flatMap(({ person, entities, variants }) =>
    entities.map((entity): Holding => ({ person, entity, variants })),
  );
  return {
    all,
    byMobile: (mobile) => all.find((persona) => persona.person.mobile === mobile),
    entityById: (id) => holdings.find(({ entity }) => entity.id === id),
    byIdentifier: (identifier) => holdings.find(({ entity }) => everyIdentifierOf(entity).includes(identifier)),
  };
}

/**
 * The fictional people of a directory (default: the package's own), for pages that say "sign in as one of these".
 *
 * @example listPersonas()[0] // { mobile: '5550000001', personName: 'Asha Namuna', entityNames: ['Neelkamal …'] }
 */
export function listPersonas(dir?: string): PersonaSummary[] {
  return loadPeople(dir).all.map(({ person, entities }) => ({
    mobile: person.mobile,
    personName: person.name,
    entityNames: entities.map((entity) => entity.name),
  }));
}

function parse(file: string, faults: string[]): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    faults.push('$: is not JSON');
    return {};
  }
}
