/**
 * Every key changed under load (acceptance J3, J4), as docs/operations.md tells an operator to do it, on `tijori start` with key files and a
 * PostgreSQL: the master key, whose `secrets rewrap` is killed with SIGKILL again and again; then the token key and the link key,
 * each first beside its successor and then revoked. Until a key is revoked not one read may fail.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyIdOf } from '../../packages/server/src/domain/keyring.ts';
import { run as runCli, start as startCli } from '../cli/tijori.ts';
import { create, digestBehind, download, type Integrator, integratorOf, status } from '../crash/api.ts';
import { Connection } from '../crash/connection.ts';
import { type GatewayProcess, type Place, startGateway } from '../crash/gateway-process.ts';
import type { DownloadedFile } from '../crash/ledger.ts';
import { allDocTypes, textOf } from '../crash/load.ts';
import { Person } from '../crash/person.ts';
import { type CreatedByKey, createByKey } from '../faults/create-by-key.ts';
import { onProductionPlace } from '../faults/production-run.ts';

export interface RotationReport {
  /** What is sealed and was moved, and reads of documents, links and sessions meanwhile, with those that failed. */
  sealed: number;
  reads: number;
  failed: string[];
  /** Runs of `secrets rewrap` that were killed, and how much was still to be moved after each. */
  leftAfterKills: number[];
  /** From the file without the old key to the first refusal of what it had signed, ms. */
  tokenRevokedMs: number;
  linkRevokedMs: number;
  faults: string[];
}

type KeyName = 'MASTER' | 'TOKEN' | 'LINK';

/** Many pages of what is moved at a time, so that kills hit it under way. */
const sealedAnswers = 1_500;
const journeys = 4;
/** A run of `rewrap` is killed so long at most after it has moved something, ms … */
const killMsMax = 60;
/** … or when it has moved nothing for so long. */
const startMsMax = 30_000;
/** Promised: what a revoked key has signed is dead after so long (acceptance J3), ms. */
export const revokedMsPromised = 60_000;
const readers = 3;

export function rotateKeys({ seed, kills }: { seed: number; kills: number }): Promise<RotationReport> {
  return onProductionPlace({ seed }, ({ place, random }) => new Rotation(place, random).run(kills));
}

class Rotation {
  readonly #place: Place;
  readonly #environment: Record<string, string>;
  readonly #folder: string;
  readonly #random: () => number;
  readonly #keys: Record<KeyName, string>;
  readonly #connection = new Connection();
  readonly #documents: { id: string; files: DownloadedFile[] }[] = [];
  readonly #report: RotationReport = {
    ...{ sealed: 0, reads: 0, failed: [], leftAfterKills: [], tokenRevokedMs: 0, linkRevokedMs: 0, faults: [] },
  };

  constructor(place: Place, random: () => number) {
    const { production } = place;
    if (!production) throw new Error('keys are rotated on `tijori start`');
    const { TIJORI_MASTER_KEY = '', TIJORI_TOKEN_KEY = '', TIJORI_LINK_KEY = '', ...others } = production.environment;
    this.#keys = { MASTER: TIJORI_MASTER_KEY, TOKEN: TIJORI_TOKEN_KEY, LINK: TIJORI_LINK_KEY };
    this.#folder = place.dataDir;
    this.#environment = { ...others };
    for (const name of ['MASTER', 'TOKEN', 'LINK'] as const) {
      this.#environment[`TIJORI_${name}_KEY_FILE`] = this.#pathOf(name);
      this.#environment[`TIJORI_${name}_KEY_OLD_FILE`] = this.#pathOf(name, 'old');
      this.#write(name, this.#keys[name], '');
    }
    this.#place = { ...place, production: { ...production, environment: this.#environment } };
    this.#random = random;
  }

  async run(kills: number): Promise<RotationReport> {
    const gateway = await startGateway(this.#place);
    try {
      const integrator = await integratorOf(gateway, this.#connection);
      await this.#fill(integrator);
      await this.#underLoad(integrator, () => this.#changeMasterKey(gateway, integrator, kills));
      await this.#underLoad(integrator, () => this.#exchange('TOKEN'));
      await this.#underLoad(integrator, () => this.#exchange('LINK'));
      const fresh = await integratorOf(gateway, this.#connection);
      this.#report.tokenRevokedMs = await this.#revoke('TOKEN', () =>
        status(this.#connection, integrator, this.#any().id),
      );
      const [old] = this.#any().files;
      this.#report.linkRevokedMs = await this.#revoke('LINK', () => digestBehind(this.#connection, old?.url ?? ''));
      await this.#read(fresh, 'after all', false);
      const code = await gateway.stop();
      if (code !== 0) this.#report.faults.push(`exit code ${code}`);
      return this.#report;
    } finally {
      this.#connection.close();
      await gateway.kill();
    }
  }

  /** Documents, and many small sealed texts. */
  async #fill(integrator: Integrator): Promise<void> {
    const connection = this.#connection;
    for (let count = 0; count < journeys; count += 1) {
      const { id } = await create(connection, integrator, allDocTypes);
      await new Person(`${integrator.baseUrl}/consent/${id}`, this.#random).walk(connection, () => {});
      const { documents_consented: types = [] } = await status(connection, integrator, id);
      const files: DownloadedFile[] = [];
      for (const type of types) files.push(...(await download(connection, integrator, id, type)));
      if (files.length > 0) this.#documents.push({ id, files });
    }
    await this.#askAll(integrator);
  }

  /** The first time they are made; later each must be answered from what was kept and sealed. */
  async #askAll(integrator: Integrator): Promise<number> {
    const created: CreatedByKey = { answers: {}, unknown: 0, carriedOut: 0, faults: this.#report.faults };
    let replayed = 0;
    const keys = Array.from({ length: sealedAnswers }, (_, index) => `key-${index}`);
    const ask = async () => {
      const connection = new Connection();
      for (let key = keys.pop(); key; key = keys.pop()) {
        const { isReplay } = await createByKey(connection, integrator, { key, created, pauseMs: 50 });
        if (isReplay) replayed += 1;
      }
      connection.close();
    };
    await Promise.all(Array.from({ length: 8 }, ask));
    return replayed;
  }

  async #changeMasterKey(gateway: GatewayProcess, integrator: Integrator, kills: number): Promise<void> {
    const { faults, leftAfterKills } = this.#report;
    const oldKey = keyIdOf(Buffer.from(this.#keys.MASTER, 'base64'));
    await this.#exchange('MASTER', () => process.kill(gateway.pid, 'SIGHUP'));
    this.#report.sealed = (await this.#left()) ?? 0;
    for (let count = 0; count < kills && leftAfterKills.at(-1) !== 0; count += 1) {
      const { child, ended } = startCli(['secrets', 'rewrap', '--data', this.#folder], this.#environment);
      await this.#moving(oldKey);
      await sleep(this.#random() * killMsMax);
      child.kill('SIGKILL');
      await ended;
      leftAfterKills.push((await this.#left()) ?? -1);
    }
    const done = await runCli(['secrets', 'rewrap', '--data', this.#folder, '--json'], this.#environment);
    if (done.code !== 0) faults.push(`rewrap ended with ${done.code}: ${done.stderr}`);
    if ((await this.#left()) !== 0) faults.push('something is still under the old master key');
    this.#write('MASTER', this.#keys.MASTER, '');
    process.kill(gateway.pid, 'SIGHUP');
    await sleep(1_000);
    const replayed = await this.#askAll(integrator);
    if (replayed !== sealedAnswers) faults.push(`${replayed} of ${sealedAnswers} kept answers open under the new key`);
  }

  /** Resolves when one more text than now is no longer under the old key. */
  async #moving(oldKey: string): Promise<void> {
    const sql = `select count(*) as n from idempotent_answers where sealed_answer like '%${oldKey}%'`;
    const count = async () => Number((await this.#place.production?.query(sql))?.[0]?.n);
    const before = await count();
    for (const until = performance.now() + startMsMax; performance.now() < until && (await count()) === before; )
      await sleep(5);
  }

  /** How much is not under the current master key. */
  async #left(): Promise<number | undefined> {
    const { stdout } = await runCli(['secrets', 'status', '--data', this.#folder, '--json'], this.#environment);
    const [, left] = /"left":\s*(\d+)/.exec(stdout) ?? [];
    return left === undefined ? undefined : Number(left);
  }

  /** The present key becomes an old one, then a new one takes its place; waits until the gateway has read so. */
  async #exchange(name: KeyName, tell: () => void = () => {}): Promise<void> {
    const [present, next] = [this.#keys[name], randomBytes(32).toString('base64')];
    this.#write(name, present, present);
    this.#keys[name] = next;
    this.#write(name, next, present);
    tell();
    await sleep(11_000);
  }

  /** Takes the old key out of its file and asks with what it has signed until that is refused. */
  async #revoke(name: KeyName, ask: () => Promise<unknown>): Promise<number> {
    this.#write(name, this.#keys[name], '');
    const sinceMs = performance.now();
    while (performance.now() - sinceMs < revokedMsPromised * 2) {
      const answer = await ask().then(() => 'good', textOf);
      if (/answered 40[13]/.test(answer)) return Math.round(performance.now() - sinceMs);
      await sleep(50);
    }
    this.#report.faults.push(`what the revoked ${name} key has signed is still good`);
    return Number.POSITIVE_INFINITY;
  }

  async #underLoad(integrator: Integrator, work: () => Promise<void>): Promise<void> {
    let isOver = false;
    const load = Promise.all(
      Array.from({ length: readers }, async () => {
        while (!isOver) await this.#read(integrator, 'under load', true);
      }),
    );
    try {
      await work();
    } finally {
      isOver = true;
      await load;
    }
  }

  /** A session, its documents through fresh links, and if they should still open, the first links. */
  async #read(integrator: Integrator, when: string, oldLinks: boolean): Promise<void> {
    const { id, files } = this.#any();
    const connection = new Connection();
    try {
      const { documents_consented: types = [] } = await status(connection, integrator, id);
      const now: DownloadedFile[] = [];
      for (const type of types) now.push(...(await download(connection, integrator, id, type)));
      const digests = (of: readonly DownloadedFile[]) => of.map(({ sha256 }) => sha256).join();
      if (digests(now) !== digests(files)) throw new Error('other bytes than before');
      for (const { url, sha256 } of oldLinks ? files : []) {
        if ((await digestBehind(connection, url)) !== sha256) throw new Error('an old link has other bytes');
      }
    } catch (error) {
      this.#report.failed.push(`${when}: ${textOf(error)}`);
    }
    this.#report.reads += 1;
    connection.close();
  }

  #any() {
    const found = this.#documents[Math.floor(this.#random() * this.#documents.length)];
    if (!found) throw new Error('no journey brought documents');
    return found;
  }

  #pathOf(name: KeyName, which = 'key'): string {
    return join(this.#folder, `${name.toLowerCase()}-${which}`);
  }

  /** The old one first, so that what it signed is good at every moment. */
  #write(name: KeyName, current: string, old: string): void {
    writeFileSync(this.#pathOf(name, 'old'), old, { mode: 0o600 });
    writeFileSync(this.#pathOf(name), current, { mode: 0o600 });
  }
}
