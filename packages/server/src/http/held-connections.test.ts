import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heldConnections } from './held-connections.ts';

describe('connections whose request was refused', () => {
  const hall = () => {
    let nowMs = 0;
    let idleMs = 0;
    let due: { atMs: number; then: () => void } | undefined;
    let end = () => {};
    const held = heldConnections({
      now: () => nowMs,
      idleMs: () => idleMs,
      after: (ms, then) => {
        due = { atMs: nowMs + ms, then };
      },
      atEnd: (then) => {
        end = then;
      },
    });
    const read: string[] = [];
    const connection = (name: string) => {
      const made = { name, isHeld: false, destroyed: false, pause: () => {}, resume: () => {} };
      made.pause = () => {
        made.isHeld = true;
      };
      made.resume = () => {
        made.isHeld = false;
        read.push(name);
      };
      return made;
    };
    const pass = (ms: number, isAtRest = false) => {
      const untilMs = nowMs + ms;
      while (due && due.atMs <= untilMs) {
        const { atMs, then } = due;
        due = undefined;
        if (isAtRest) idleMs += atMs - nowMs;
        nowMs = atMs;
        then();
      }
      nowMs = untilMs;
    };
    return { held, read, connection, pass, endTurn: () => end() };
  };
  const hold = (to: ReturnType<typeof hall>, count: number) => {
    const connections = Array.from({ length: count }, (_, index) => to.connection(`${index}`));
    for (const connection of connections) to.held.hold(connection as never);
    return connections;
  };

  it('are not read from for a while, and then one by one, the longest held first', () => {
    const here = hall();
    const connections = hold(here, 500);
    assert.ok(connections.every(({ isHeld }) => isHeld));
    here.pass(1_000);
    assert.deepEqual(
      here.read,
      connections.slice(0, 100).map(({ name }) => name),
    );
  });

  it('are read again sooner the more is served beside them: one for eight', () => {
    const here = hall();
    hold(here, 500);
    for (let served = 0; served < 800; served += 1) here.held.noteServed();
    here.pass(10);
    assert.equal(here.read.length, 100);
    here.pass(10);
    assert.equal(here.read.length, 101, 'what was served counts once');
  });

  it('are read again soon when there is nothing else to do, but not all together', () => {
    const here = hall();
    hold(here, 500);
    here.pass(10, true);
    assert.equal(here.read.length, 64);
    here.pass(70, true);
    assert.equal(here.read.length, 500);
  });

  it('are held for five seconds at most', () => {
    const here = hall();
    hold(here, 4_000);
    here.pass(4_999);
    assert.ok(here.read.length < 500, `${here.read.length} of them are read`);
    here.pass(20);
    assert.equal(here.read.length, 4_000);
  });

  it('tell what waited on them for long, until the turn in which they were read again is over', () => {
    const soon = hall();
    const [first] = hold(soon, 1);
    soon.pass(10);
    assert.deepEqual(soon.read, ['0']);
    assert.equal(soon.held.hasWaited(first as never), false, 'that is as good as new');
    const late = hall();
    const last = hold(late, 11).at(-1);
    late.pass(110);
    assert.equal(late.read.length, 11);
    assert.equal(late.held.hasWaited(last as never), true);
    late.endTurn();
    assert.equal(late.held.hasWaited(last as never), false);
  });

  it('tell how long the next will be held: as long as the one before it', () => {
    const here = hall();
    assert.equal(here.held.heldMs, 0);
    hold(here, 1_000);
    here.pass(2_000);
    assert.equal(here.held.heldMs, 2_000);
  });

  it('are let go of when they have closed meanwhile', () => {
    const here = hall();
    const [gone, other] = hold(here, 2);
    (gone as { destroyed: boolean }).destroyed = true;
    here.pass(20);
    assert.deepEqual(here.read, [other?.name]);
  });
});
