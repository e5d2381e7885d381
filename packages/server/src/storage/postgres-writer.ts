import { AppError } from '../domain/app-error.ts';
import { commitWait } from './commit-wait.ts';
import type { CommitOutcome, Statement, Value } from './db.ts';
import type { Command } from './postgres-batch.ts';
import type { Connections, Lane } from './postgres-connections.ts';
import { guarded, manyRows, type PlainInsert, plainInserts } from './postgres-dialect.ts';
import { isConflict, isLost, isTransient, sqlState, toAppError } from './postgres-errors.ts';
import { scopeCommand } from './postgres-scope.ts';

/** Most change sets of one group: a bound on how long one commit can hold up the rest. */
const setsPerGroupMax = 256;
/** Groups that are under way at once. */
const groupsUnderwayMax = 2;
/**
 * The second sets out only when the first has been away for so long, ms: on a server that is far, or at a row that somebody
 * else holds. Else one large group costs the server and this thread much less than two small ones (half as much a write).
 */
const patienceMs = 25;
/** Most change sets that may wait; past it a write is refused rather than kept in memory without end. */
const setsWaitingMax = 20_000;
/** How often a set that met a deadlock or a serialization failure is tried in all. */
const triesMax = 4;
/** Longest wait before such a set is tried again, ms; the real one is random, so that two do not meet again. */
const retryMsMax = 50;

interface ChangeSet {
  changes: readonly Statement[];
  workspaceId: string | undefined;
  tries: number;
  /** Not answered yet. */
  isOpen: boolean;
  resolve: (outcome: CommitOutcome) => void;
  reject: (error: AppError) => void;
}

export interface PostgresWriter {
  commit(changes: readonly Statement[], workspaceId?: string): Promise<CommitOutcome>;
  commitWaitMs(): number;
  /** Resolves when everything that was handed in has its answer. */
  drain(): Promise<void>;
}

/**
 * Commits change sets in groups, each group as one transaction and in one round trip. The next group gathers meanwhile, so
 * that it grows with the load and a lone write never waits for company.
 *
 * A group is tried in one go, with the inserts of the same text as one statement. Only if something in it fails is it
 * gone through again set by set, each behind a savepoint, so that the bad one fails alone (as on SQLite).
 */
export function postgresWriter(connections: Connections): PostgresWriter {
  const asInsert = plainInserts();
  const waiting: ChangeSet[] = [];
  const wait = commitWait(setsPerGroupMax);
  /** When each group that is under way set out, ms. */
  const underway = new Set<{ sinceMs: number }>();
  let scheduled = false;
  let open = 0;
  let drained: (() => void)[] = [];

  const mayBegin = () => {
    const [first] = underway;
    if (!first) return true;
    return underway.size < groupsUnderwayMax && performance.now() - first.sinceMs >= patienceMs;
  };
  const send = () => {
    scheduled = false;
    while (waiting.length > 0 && mayBegin()) {
      const group = { sinceMs: performance.now() };
      underway.add(group);
      impatient.refresh();
      void commitGroup(waiting.splice(0, setsPerGroupMax)).finally(() => {
        underway.delete(group);
        wait.note(performance.now() - group.sinceMs);
        send();
      });
    }
  };
  // A millisecond more, since a timer may be early by a part of one.
  const impatient = setTimeout(send, patienceMs + 1).unref();
  const commitGroup = async (sets: ChangeSet[]) => {
    try {
      await connections.use(async (lane) => {
        try {
          await lane.run(together(sets, asInsert), { learn: true });
          for (const set of sets) answer(set, 'committed');
          return;
        } catch (error) {
          if (isLost(error) || error instanceof AppError) throw error;
          await lane.run([{ text: 'rollback', params: [] }]);
          if (sets.length === 1) settle(sets[0] as ChangeSet, error);
          else await oneByOne(lane, sets);
        }
      });
    } catch (error) {
      // Whether the group was committed is not known, or it surely was not: either way the caller may ask again.
      for (const set of sets) refuse(set, toAppError(error));
    }
  };
  const settle = (set: ChangeSet, error: unknown) => {
    if (error === undefined) answer(set, 'committed');
    else if (isConflict(error)) answer(set, 'conflict');
    else if (!isTransient(error) || set.tries >= triesMax) refuse(set, toAppError(error));
    else retry(set);
  };
  const retry = (set: ChangeSet) => {
    set.tries += 1;
    setTimeout(() => {
      waiting.push(set);
      send();
    }, Math.random() * retryMsMax);
  };
  const oneByOne = async (lane: Lane, sets: ChangeSet[]) => {
    const errors = await behindSavepoints(lane, sets);
    sets.forEach((set, index) => {
      settle(set, errors[index]);
    });
  };
  // Counted here and not with `finally`, which makes two promises more for each write.
  const close = (set: ChangeSet) => {
    if (!set.isOpen) return;
    set.isOpen = false;
    open -= 1;
    if (open > 0) return;
    for (const tell of drained) tell();
    drained = [];
  };
  const answer = (set: ChangeSet, outcome: CommitOutcome) => {
    set.resolve(outcome);
    close(set);
  };
  const refuse = (set: ChangeSet, error: AppError) => {
    set.reject(error);
    close(set);
  };

  return {
    commit: (changes, workspaceId) => {
      if (open >= setsWaitingMax) {
        return Promise.reject(new AppError('overloaded', { detail: 'too many writes are waiting' }));
      }
      open += 1;
      return new Promise<CommitOutcome>((resolve, reject) => {
        waiting.push({ changes, workspaceId, tries: 1, isOpen: true, resolve, reject });
        if (scheduled || !mayBegin()) return;
        scheduled = true;
        // Not at once: requests that arrived in the same turn of the loop share the commit.
        setImmediate(send);
      });
    },
    commitWaitMs: () => wait.ofMs(waiting.length),
    drain: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => drained.push(resolve))),
  };
}

const begin: Command = { text: 'begin', params: [] };
const commit: Command = { text: 'commit', params: [] };

/** The whole group as one transaction. */
function together(sets: readonly ChangeSet[], asInsert: ReturnType<typeof plainInserts>): Command[] {
  const first = new Inserts();
  const last = new Inserts();
  const between: { workspaceId: string | undefined; command: Command }[] = [];
  for (const { changes, workspaceId } of sets) {
    // Only at the ends of a set can a statement move past those of other sets without moving past one of its own.
    let from = 0;
    let to = changes.length;
    for (let insert = asInsertAt(from); insert; insert = asInsertAt(from)) {
      first.add(workspaceId, insert, (changes[from] as Statement).params);
      from += 1;
    }
    const trailing: [PlainInsert, readonly Value[]][] = [];
    for (let insert = to > from ? asInsertAt(to - 1) : undefined; insert; insert = asInsertAt(to - 1)) {
      trailing.unshift([insert, (changes[to - 1] as Statement).params]);
      to -= 1;
    }
    for (const [insert, params] of trailing) last.add(workspaceId, insert, params);
    for (const change of changes.slice(from, to)) between.push({ workspaceId, command: guarded(change) });

    function asInsertAt(index: number): PlainInsert | undefined {
      const change = changes[index];
      return change && asInsert(change);
    }
  }
  return [begin, ...withScopes([...first.commands(), ...between, ...last.commands()]), commit];
}

interface ScopedCommand {
  workspaceId: string | undefined;
  command: Command;
}

/** Says for whom the next commands are, wherever that changes. */
function withScopes(scoped: readonly ScopedCommand[]): Command[] {
  const commands: Command[] = [];
  let current: string | undefined;
  scoped.forEach(({ workspaceId, command }, index) => {
    if (index === 0 || workspaceId !== current) commands.push(scopeCommand(workspaceId));
    current = workspaceId;
    commands.push(command);
  });
  return commands;
}

/** Rows of many sets, by workspace and by text of their insert, in the order in which each first came. */
class Inserts {
  private readonly scopes = new Map<string | undefined, Map<PlainInsert, (readonly Value[])[]>>();

  add(workspaceId: string | undefined, insert: PlainInsert, params: readonly Value[]): void {
    const inserts = this.scopes.get(workspaceId) ?? new Map<PlainInsert, (readonly Value[])[]>();
    this.scopes.set(workspaceId, inserts);
    const rows = inserts.get(insert);
    if (rows) rows.push(params);
    else inserts.set(insert, [params]);
  }

  commands(): ScopedCommand[] {
    return [...this.scopes].flatMap(([workspaceId, inserts]) =>
      [...inserts].flatMap(([insert, rows]) => manyRows(insert, rows).map((command) => ({ workspaceId, command }))),
    );
  }
}

/**
 * Each set behind a savepoint, in one transaction and still in one round trip: a set that failed is undone by the first
 * command of the next. Resolves to what went wrong with each; `undefined` for one that is committed.
 */
async function behindSavepoints(lane: Lane, sets: readonly ChangeSet[]): Promise<unknown[]> {
  const back: Command = { text: 'rollback to savepoint done', params: [] };
  const keep = [
    { text: 'release savepoint done', params: [] },
    { text: 'savepoint done', params: [] },
  ];
  const start = lane.run([begin, { text: 'savepoint done', params: [] }]);
  const tries = sets.map(({ changes, workspaceId }) =>
    lane.run([back, scopeCommand(workspaceId), ...changes.map(guarded), ...keep]),
  );
  const end = lane.run([back, commit]);
  const [, ended, ...outcomes] = await Promise.allSettled([start, end, ...tries]);
  if (ended?.status === 'rejected') {
    // Nothing of it stands. The transaction may still be open.
    if (!isLost(ended.reason)) await lane.run([{ text: 'rollback', params: [] }]);
    if (sqlState(ended.reason) === undefined) throw ended.reason;
    return sets.map(() => ended.reason);
  }
  return outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined));
}
