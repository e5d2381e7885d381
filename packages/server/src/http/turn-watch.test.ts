import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { turnWatch } from './turn-watch.ts';

describe('the watch over turns of the event loop', () => {
  const turns = () => {
    let nowMs = 0;
    let idleMs = 0;
    let end = () => {};
    const watch = turnWatch({
      now: () => nowMs,
      idleMs: () => idleMs,
      atEnd: (then) => {
        end = then;
      },
    });
    /** A turn of 128 requests at its beginning and others at these moments after it; answers which of those were too late. */
    const turn = (...readMs: number[]) => {
      const beganMs = nowMs;
      for (let count = 0; count < 128; count += 1) assert.equal(watch.isTooLate(), false);
      const late = readMs.map((ms) => {
        nowMs = beganMs + ms;
        return watch.isTooLate();
      });
      end();
      return late;
    };
    /** Time in which there is nothing to do, and in which something else is done than to take requests in. */
    const rest = (ms: number) => {
      nowMs += ms;
      idleMs += ms;
    };
    const work = (ms: number) => {
      nowMs += ms;
    };
    /** Long turns, until something is refused. */
    const flood = () => {
      turn(75);
      turn(75);
      assert.deepEqual(turn(70), [true]);
    };
    return { turn, flood, rest, work };
  };

  it('lets a long turn pass: a burst, or a pause', () => {
    const { turn } = turns();
    assert.deepEqual(turn(10, 60, 75), [false, false, false]);
  });

  it('refuses what a burst brings beyond what is done in time', () => {
    const { turn } = turns();
    assert.deepEqual(turn(75, 76, 500), [false, true, true]);
  });

  it('works off what a pause leaves over: turns that stay long for less than 150 ms', () => {
    const { turn } = turns();
    assert.deepEqual(turn(70), [false]);
    assert.deepEqual(turn(31, 75), [false, false]);
  });

  it('refuses what is read late when turns stay long, and at once while the flood lasts', () => {
    const { turn, flood, rest } = turns();
    flood();
    assert.deepEqual(turn(20, 31), [false, true]);
    turn(10);
    turn(60);
    assert.deepEqual(turn(20, 31), [false, true], 'more of the same');
    rest(1_001);
    turn(60);
    assert.deepEqual(turn(31), [false], 'a new one, perhaps');
  });

  it('counts what was sent before the first request was read: whoever waits, waits for that, too', () => {
    const { flood, turn, work } = turns();
    flood();
    work(25);
    assert.deepEqual(turn(5, 6), [false, true]);
  });

  it('does not count the time in which there was nothing to do', () => {
    const { flood, turn, rest } = turns();
    flood();
    rest(50);
    assert.deepEqual(turn(30, 31), [false, true]);
  });

  it('refuses nothing where few requests take long: the machine is slow then', () => {
    let nowMs = 0;
    const watch = turnWatch({ now: () => (nowMs += 30), idleMs: () => 0, atEnd: () => {} });
    assert.ok(Array.from({ length: 128 }, () => watch.isTooLate()).every((late) => !late));
  });

  it('is back to normal after one short turn', () => {
    const { flood, turn } = turns();
    flood();
    turn(10);
    assert.deepEqual(turn(60, 75), [false, false]);
  });

  it('forgets a long turn after which there was nothing to do', () => {
    const { flood, turn, rest } = turns();
    flood();
    rest(101);
    assert.deepEqual(turn(60), [false]);
  });

  it('remembers it through time that was spent on anything else, however long that was', () => {
    const { flood, turn, work } = turns();
    flood();
    work(5_000);
    assert.deepEqual(turn(1), [true]);
  });
});
