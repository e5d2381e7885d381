import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { integratorOf } from './api.ts';
import { askAgain } from './ask-again.ts';
import { inspectAtRest } from './at-rest.ts';
import { Connection } from './connection.ts';
import { type Damage, damagesAtRest, damagesWhenAsked } from './damages.ts';
import type { Finding } from './finding.ts';
import { type Place, startGateway } from './gateway-process.ts';
import type { Fact } from './ledger.ts';
import { type CrashSummary, runCrashLoop } from './loop.ts';
import { leftoversStay, plantLeftovers } from './vault-folder.ts';

/** One proof that the loop can fail: what was done, and whether it was noticed. */
export interface Proof {
  name: string;
  noticed: boolean;
}

/** Servers that are wrong on purpose and that only a kill at the right moment gives away. */
const wrongServers = [
  {
    name: 'a server that answers before it writes',
    module: fileURLToPath(new URL('./faults/answer-too-early.ts', import.meta.url)),
    kind: 'lost',
  },
  {
    name: 'a server without transactions',
    module: fileURLToPath(new URL('./faults/no-transaction.ts', import.meta.url)),
    kind: 'half',
  },
] as const;

/** Whether a kill falls between the two rows of a set is a matter of luck; so often it is tried. */
const triesMax = 10;

/** What a run over this folder found and knows. */
type Run = Pick<CrashSummary, 'ledger' | 'findings'>;

/**
 * Shows that the loop can fail: damage of every kind it claims to see, planted into copies of the folder that a run has
 * left, leftovers that nobody sweeps, and the two wrong servers. And that it does not cry wolf: that run found nothing.
 */
export async function selfTest(place: Place, run: Run, seed: number): Promise<Proof[]> {
  const facts = [...run.ledger.facts.values()];
  const done = facts.filter(({ files }) => files.size > 0);
  const proofs: Proof[] = [{ name: 'a healthy server: nothing is found', noticed: run.findings.length === 0 }];

  for (const damage of damagesAtRest) {
    const found = await onCopy(place, (copy) => {
      damage.plant(copy.dataDir, at(done, 0));
      return inspectAtRest(copy, facts);
    });
    proofs.push({ name: `${damage.name} (found at rest)`, noticed: damage.finds.test(told(found)) });
  }
  proofs.push(...(await onCopy(place, (copy) => proofsByAsking(copy, done, facts))));

  const stays = await onCopy(place, async (copy) => {
    const [half = ''] = await plantLeftovers(copy);
    return leftoversStay(copy, [half], 0);
  });
  proofs.push({ name: 'leftovers that nobody sweeps', noticed: stays.length === 2 });
  for (const { name, module, kind } of wrongServers) {
    const noticed = await onCopy(place, (copy) => wrongServer({ ...copy, fault: module }, kind, seed));
    proofs.push({ name, noticed });
  }
  return proofs;
}

/** All of them in one start, each done to another session. */
async function proofsByAsking(copy: Place, done: readonly Fact[], facts: readonly Fact[]): Promise<Proof[]> {
  const untouched = facts.filter((fact) => !done.includes(fact));
  const victims = new Map<Damage, Fact>();
  for (const [index, damage] of damagesWhenAsked.entries()) {
    victims.set(damage, damage.needsFile ? at(done, 0) : at(untouched, index));
  }
  for (const [damage, fact] of victims) damage.plant(copy.dataDir, fact);
  const found = await askOnce(copy, [...victims.values(), ...untouched.slice(-1)]);
  const proofs = [...victims].map(([damage, fact]) => ({
    name: `${damage.name} (found by asking)`,
    noticed: found.some((each) => each.text.startsWith(fact.id) && damage.finds.test(told([each]))),
  }));
  return [...proofs, { name: 'sessions beside the damaged ones are fine', noticed: found.length === victims.size }];
}

async function askOnce(place: Place, facts: readonly Fact[]): Promise<Finding[]> {
  const gateway = await startGateway(place);
  const connection = new Connection();
  try {
    return await askAgain(await integratorOf(gateway, connection), facts);
  } finally {
    connection.close();
    await gateway.kill();
  }
}

async function wrongServer(place: Place, kind: Finding['kind'], seed: number): Promise<boolean> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const plan = { place, rounds: 1, seed: seed + tries, loadMsMax: 250, leaveDead: true };
    const { findings } = await runCrashLoop(plan);
    if (findings.some((finding) => finding.kind === kind)) return true;
  }
  return false;
}

async function onCopy<Found>(place: Place, look: (copy: Place) => Found | Promise<Found>): Promise<Found> {
  const copy = { ...place, dataDir: `${place.dataDir}-copy` };
  cpSync(place.dataDir, copy.dataDir, { recursive: true });
  try {
    return await look(copy);
  } finally {
    rmSync(copy.dataDir, { recursive: true });
  }
}

function at(facts: readonly Fact[], index: number): Fact {
  const fact = facts[index];
  if (!fact) throw new Error('too few sessions or finished journeys to damage any');
  return fact;
}

function told(findings: readonly Finding[]): string {
  return findings.map(({ kind, text }) => `${kind} ${text}`).join('\n');
}
