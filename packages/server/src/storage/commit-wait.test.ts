import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commitWait } from './commit-wait.ts';

describe('the wait for a commit', () => {
  it('is nothing while less than a group waits, however slow the disk is', () => {
    const wait = commitWait(100);
    for (let groups = 0; groups < 50; groups += 1) wait.note(2_000);
    assert.equal(wait.ofMs(99), 0);
  });

  it('is what the groups before it take, by those of late', () => {
    const wait = commitWait(100);
    for (let groups = 0; groups < 50; groups += 1) wait.note(20);
    assert.ok(Math.abs(wait.ofMs(350) - 60) < 0.1);
    for (let groups = 0; groups < 50; groups += 1) wait.note(200);
    assert.ok(Math.abs(wait.ofMs(350) - 600) < 1);
  });

  it('is not told by one pause of the disk', () => {
    const wait = commitWait(100);
    for (let groups = 0; groups < 50; groups += 1) wait.note(10);
    wait.note(300);
    assert.ok(wait.ofMs(100) < 100);
  });
});
