/**
 * A clock that jumps by a day, forward and back, under a working gateway (acceptance G8). libfaketime changes what the process takes for the
 * time of day; its monotonic clock goes on, as when somebody sets the clock of a machine. Whatever the clock says, what is new must work;
 * what is over stays over; no event is missed by whoever follows them; nothing waits for a time that never was.
 */
import { globSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { listEvents } from '@tijori/wire';
import { create, download, type Integrator, integratorOf, status, UnexpectedAnswer } from '../crash/api.ts';
import { inspectAtRest } from '../crash/at-rest.ts';
import { Connection } from '../crash/connection.ts';
import { type GatewayProcess, type Place, startGateway, steadyPort } from '../crash/gateway-process.ts';
import { allDocTypes, textOf } from '../crash/load.ts';
import { Person } from '../crash/person.ts';
import { seededRandom } from '../crash/random.ts';
import { scratchFolder } from '../crash/scratch-folder.ts';
import { onProductionPlace } from './production-run.ts';

export interface ClockReport {
  sessions: number;
  journeys: number;
  jumps: number;
  /** Answers to the load that went on through all jumps, by status. */
  answers: Record<string, number>;
  faults: string[];
}

const dayS = 86_400;
/** What libfaketime reads anew once a second, ms. */
const takesHoldMs = 3_000;
/** The clockwork's turn (15 s) and a round of it (5 s), with room for a busy machine, ms. */
const sweptMsMax = 60_000;
const sessionsOfPhase = 10;
const clients = 4;

const library = () => globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];

export function whyNoFakeTime(): string | undefined {
  return library() ? undefined : 'libfaketime is not on this machine: apt install libfaketime';
}

export async function jumpInTime(engine: 'sqlite' | 'postgres', seed: number): Promise<ClockReport> {
  const scratch = scratchFolder();
  const clock = { file: join(scratch.path, 'offset'), offsetMs: 0 };
  const environment = {
    LD_PRELOAD: library() ?? '',
    FAKETIME_TIMESTAMP_FILE: clock.file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    TIJORI_RATE_TEST: '1000000',
  };
  try {
    if (engine === 'postgres') {
      // EntityLocker's clock goes with ours, as that of the simulator in `tijori dev` does.
      const upstreamNow = () => Date.now() + clock.offsetMs;
      return await onProductionPlace({ seed, now: upstreamNow }, ({ place }) =>
        new JumpingRun({ ...place, environment }, clock, seededRandom(seed)).run(),
      );
    }
    const place = { dataDir: join(scratch.path, 'data'), port: await steadyPort(seededRandom(seed)), environment };
    return await new JumpingRun(place, clock, seededRandom(seed)).run();
  } finally {
    scratch.remove();
  }
}

class JumpingRun {
  readonly #place: Place;
  readonly #clock: { file: string; offsetMs: number };
  readonly #random: () => number;
  readonly #report: ClockReport = { sessions: 0, journeys: 0, jumps: 0, answers: {}, faults: [] };
  readonly #made: string[] = [];
  readonly #told = new Map<string, number>();
  #cursor: string | undefined;
  #connection = new Connection();
  #gateway: GatewayProcess | undefined;

  constructor(place: Place, clock: { file: string; offsetMs: number }, random: () => number) {
    this.#place = place;
    this.#clock = clock;
    this.#random = random;
  }

  async run(): Promise<ClockReport> {
    const { faults } = this.#report;
    this.#set(0);
    try {
      this.#gateway = await startGateway(this.#place);
      const [first, consented] = await this.#allIsWell('at first');
      await this.#jump(dayS);
      await this.#allIsWell('a day ahead');
      await this.#expired(first, 'after a day');
      await this.#heldNoLonger(consented);
      await this.#jump(0);
      await this.#expired(first, 'when the clock was set back');
      await this.#allIsWell('when the clock was set back');
      await this.#jump(dayS);
      await this.#allIsWell('a day ahead once more');
      // What this one holds it holds until tomorrow, by its clock.
      await this.#gateway.kill();
      this.#set(0);
      this.#gateway = await startGateway(this.#place);
      const [afterKill] = await this.#allIsWell('started again with the right clock');
      await this.#jump(2 * 3_600);
      await this.#expired(afterKill, 'two hours after that');
      await this.#jump(-dayS);
      await this.#expired(afterKill, 'a day behind');
      await this.#allIsWell('a day behind');
      await this.#everythingIsThere();
      const code = await this.#gateway.stop();
      if (code !== 0) faults.push(`exit code ${code}`);
    } catch (error) {
      faults.push(textOf(error));
    } finally {
      this.#connection.close();
      await this.#gateway?.kill();
    }
    faults.push(...(await inspectAtRest(this.#place, [])).map(({ kind, text }) => `${kind}: ${text}`));
    return this.#report;
  }

  /** Sets the clock while clients are at work. They may have to sign in anew, and nothing else. */
  async #jump(seconds: number): Promise<void> {
    let isOver = false;
    const load = Promise.all(Array.from({ length: clients }, () => this.#work(() => isOver)));
    await sleep(300);
    this.#set(seconds);
    await sleep(takesHoldMs);
    isOver = true;
    await load;
    this.#report.jumps += 1;
  }

  /** In one step: half a file would say something else. */
  #set(seconds: number): void {
    const { file } = this.#clock;
    writeFileSync(`${file}.new`, seconds < 0 ? String(seconds) : `+${seconds}`);
    renameSync(`${file}.new`, file);
    this.#clock.offsetMs = seconds * 1_000;
  }

  async #work(isOver: () => boolean): Promise<void> {
    const { answers, faults } = this.#report;
    const connection = new Connection();
    let integrator = await integratorOf(this.#running(), connection);
    while (!isOver()) {
      try {
        this.#made.push((await create(connection, integrator, allDocTypes)).id);
        answers['200'] = (answers['200'] ?? 0) + 1;
        await sleep(50);
      } catch (error) {
        const code = /answered (\d+)/.exec(textOf(error))?.[1] ?? textOf(error);
        answers[code] = (answers[code] ?? 0) + 1;
        if (code !== '403') faults.push(`while the clock jumped: ${textOf(error)}`);
        integrator = await integratorOf(this.#running(), connection);
      }
    }
    connection.close();
  }

  /** An integrator who begins now notices nothing. Resolves to a session that nobody went on with, and one with documents. */
  async #allIsWell(when: string): Promise<[open: string, consented: string]> {
    const connection = this.#connection;
    const integrator = await integratorOf(this.#running(), connection);
    const open: string[] = [];
    for (let count = 0; count < sessionsOfPhase; count += 1) {
      const { id } = await create(connection, integrator, allDocTypes);
      this.#made.push(id);
      open.push(id);
      const seen = await status(connection, integrator, id);
      if (seen.status !== 'created') this.#report.faults.push(`${when}: a new session is ${seen.status}`);
    }
    const consented = await this.#consent(integrator).catch((error: unknown) => {
      throw new UnexpectedAnswer(`${when}: ${textOf(error)}`);
    });
    const health = await connection.ask('GET', `${integrator.baseUrl}/health/ready`);
    if (health.status !== 200) this.#report.faults.push(`${when}: health ${health.status}`);
    await this.#follow(integrator);
    return [open[0] ?? '', consented];
  }

  async #consent(integrator: Integrator): Promise<string> {
    const connection = this.#connection;
    const { id } = await create(connection, integrator, allDocTypes);
    this.#made.push(id);
    await new Person(`${integrator.baseUrl}/consent/${id}`, this.#random).walk(connection, () => {});
    const seen = await status(connection, integrator, id);
    if (seen.status !== 'succeeded') throw new UnexpectedAnswer(`a journey ended as ${seen.status}`);
    for (const type of seen.documents_consented ?? []) await download(connection, integrator, id, type);
    this.#report.journeys += 1;
    return id;
  }

  /** Whoever asks is told so at once, and the clockwork writes it down soon after. */
  async #expired(id: string, when: string): Promise<void> {
    const integrator = await integratorOf(this.#running(), this.#connection);
    const seen = await status(this.#connection, integrator, id);
    if (seen.status !== 'expired') this.#report.faults.push(`${when}: a session of before is ${seen.status}`);
    const until = performance.now() + sweptMsMax;
    while ((await this.#written(id)) !== 'expired') {
      if (performance.now() > until) {
        this.#report.faults.push(`${when}: nobody has written down that a session is over`);
        return;
      }
      await sleep(500);
    }
  }

  async #written(id: string): Promise<string> {
    const { production, dataDir } = this.#place;
    const sql = `select status from sessions where id = '${id}'`;
    if (production) return String((await production.query(sql))[0]?.status);
    const db = new DatabaseSync(join(dataDir, 'tijori.db'), { readOnly: true });
    const row = db.prepare(sql).get();
    db.close();
    return String(row?.status);
  }

  /** Documents are kept for an hour, and then there are none: 521, as for what never was. */
  async #heldNoLonger(id: string): Promise<void> {
    const integrator = await integratorOf(this.#running(), this.#connection);
    const text = await download(this.#connection, integrator, id, 'gstn_details').then(() => 'answered 200', textOf);
    if (!/answered 521/.test(text)) this.#report.faults.push(`documents of yesterday: ${text}`);
  }

  /** Reads on from the last event that was seen. */
  async #follow({ baseUrl, headers }: Integrator): Promise<void> {
    for (let more = true; more; ) {
      const query = new URLSearchParams({ order: 'oldest', limit: '100' });
      if (this.#cursor) query.set('cursor', this.#cursor);
      const answer = await this.#connection.ask('GET', `${baseUrl}${listEvents.path}?${query}`, { headers });
      if (answer.status !== 200) throw new UnexpectedAnswer(`events answered ${answer.status}`);
      const page = JSON.parse(answer.body.toString());
      for (const { type, data } of page.data) {
        if (type !== 'entitylocker.session.created') continue;
        this.#told.set(data.session_id, (this.#told.get(data.session_id) ?? 0) + 1);
      }
      more = page.next_cursor !== this.#cursor;
      this.#cursor = page.next_cursor;
    }
  }

  async #everythingIsThere(): Promise<void> {
    const { faults } = this.#report;
    this.#report.sessions = this.#made.length;
    const integrator = await integratorOf(this.#running(), this.#connection);
    await this.#follow(integrator);
    for (const id of this.#made) {
      await status(this.#connection, integrator, id).catch((error) => faults.push(`lost ${id}: ${textOf(error)}`));
      if (this.#told.get(id) !== 1) faults.push(`${id} was told of ${this.#told.get(id) ?? 0} times to a follower`);
    }
  }

  #running(): GatewayProcess {
    if (!this.#gateway) throw new Error('no gateway is running');
    return this.#gateway;
  }
}
