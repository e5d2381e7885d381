import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { overloadWatch } from './overload-watch.ts';

describe('the watch for overload', () => {
  const watched = () => {
    const state = { waitMs: 0, isLate: false, isFull: false };
    const turns = {
      isTooLate: () => state.isLate,
      get isFull() {
        return state.isFull;
      },
    };
    const watch = overloadWatch({ commitWaitMs: () => state.waitMs, turns });
    return { state, watch };
  };

  it('takes what the event loop and the database take in time', () => {
    const { state, watch } = watched();
    state.waitMs = 80;
    assert.equal(watch.isTooLate(true), false);
    assert.equal(watch.isFull(), false);
  });

  it('refuses what the event loop reads too late, and writes that would wait too long for the database', () => {
    const { state, watch } = watched();
    state.isLate = true;
    assert.equal(watch.isTooLate(false), true);
    state.isLate = false;
    state.waitMs = 81;
    assert.equal(watch.isTooLate(true), true);
    assert.equal(watch.isTooLate(false), false, 'reads wait for no write');
    assert.equal(watch.isFull(), true);
  });
});
