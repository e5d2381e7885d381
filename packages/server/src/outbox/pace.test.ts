import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPace } from './pace.ts';

describe('the pace of deliveries', () => {
  /** A process that is as busy as a test says, 0 to 1. */
  const begin = () => {
    const state = { nowMs: 0, busy: 1 };
    const pace = openPace(
      () => state.busy,
      () => state.nowMs,
    );
    /** Calls and wishes of 50 ms; answers how many attempts may begin in the 50 ms after. */
    const slice = (calls: number, wishes = 1_000) => {
      for (let count = 0; count < calls; count += 1) pace.noteCall();
      state.nowMs += 50;
      let begun = 0;
      while (begun < wishes && pace.mayBegin()) begun += 1;
      return begun;
    };
    return { state, slice, pace };
  };

  it('holds nothing back beside callers that leave room, however many they are', () => {
    const { state, slice } = begin();
    state.busy = 0.55;
    for (let round = 0; round < 10; round += 1) assert.equal(slice(1_000), 1_000);
  });

  it('holds nothing back where a backlog fills the process, with no callers or few', () => {
    const { slice } = begin();
    for (const calls of [0, 0, 3, 0, 50, 3, 0, 50]) assert.equal(slice(calls), 1_000);
  });

  it('goes down step by step to a hundred a second while callers fill the process, and never further', () => {
    const { slice, pace } = begin();
    for (let round = 0; round < 5; round += 1) assert.equal(slice(0, 40), 40);
    assert.equal(pace.isSlow, false);
    const rates = Array.from({ length: 5 }, () => slice(400));
    assert.deepEqual(rates, [20, 10, 5, 5, 5]);
    assert.equal(pace.isSlow, true);
    slice(0);
    assert.equal(pace.isSlow, false);
  });

  it('is slow no more when nothing has wished to begin for a while, whatever was there before', () => {
    const { state, slice, pace } = begin();
    for (let round = 0; round < 10; round += 1) slice(400, 40);
    state.nowMs += 1_000;
    assert.equal(pace.isSlow, true);
    state.nowMs += 1;
    assert.equal(pace.isSlow, false);
  });

  it('leaves alone what is less than that', () => {
    const { slice } = begin();
    for (let round = 0; round < 8; round += 1) assert.equal(slice(400, 4), 4);
  });

  it('takes a pause of a moment for none', () => {
    const { state, slice } = begin();
    for (let round = 0; round < 10; round += 1) slice(400, 40);
    state.busy = 0.2;
    assert.equal(slice(400), 5);
  });

  it('goes up again as callers leave room, and all may begin at once when they are gone', () => {
    const { state, slice } = begin();
    for (let round = 0; round < 10; round += 1) slice(400, 40);
    assert.equal(slice(400), 5);
    state.busy = 0.4;
    const rates = Array.from({ length: 20 }, () => slice(400));
    assert.ok(rates.every((rate, index) => rate >= (rates[index - 1] ?? 0)));
    assert.equal(rates.at(-1), 1_000);
    state.busy = 1;
    for (let round = 0; round < 10; round += 1) slice(400, 40);
    assert.equal(slice(400), 5);
    assert.equal(slice(0), 1_000);
  });

  it('forgets what was when nothing wanted to go out for a while', () => {
    const { state, slice, pace } = begin();
    for (let round = 0; round < 10; round += 1) slice(400, 40);
    assert.equal(slice(400), 5);
    for (let count = 0; count < 100; count += 1) pace.noteCall();
    state.nowMs += 2_000;
    assert.equal(slice(100), 1_000);
  });
});
