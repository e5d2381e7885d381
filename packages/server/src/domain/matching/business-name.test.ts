import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matchNames } from './business-name.ts';

/** Labelled by hand, by what a careful reader who has nothing but the two names would say. */
const pairs = readFileSync(new URL('./name-pairs.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t') as [label: string, left: string, right: string]);

describe('business names', () => {
  it('are told apart on at least 300 labelled pairs, with an F1 of 0.97 or more', (t) => {
    assert.ok(pairs.length >= 300, `${pairs.length} pairs`);
    const said = pairs.map(([label, left, right]) => ({ label, left, right, ...matchNames(left, right) }));
    const isSame = ({ outcome }: { outcome: string }) => outcome === 'match' || outcome === 'close';
    const right = said.filter((one) => one.label === 'same' && isSame(one)).length;
    const wrong = said.filter((one) => one.label === 'diff' && isSame(one));
    const missed = said.filter((one) => one.label === 'same' && !isSame(one));
    const [precision, recall] = [right / (right + wrong.length), right / (right + missed.length)];
    const f1 = (2 * precision * recall) / (precision + recall);
    t.diagnostic(
      `${pairs.length} pairs: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, F1 ${f1.toFixed(3)}`,
    );
    for (const { left, right: other, reason } of [...wrong, ...missed])
      t.diagnostic(`not as labelled: ${left} | ${other}: ${reason}`);
    assert.ok(f1 >= 0.97, `F1 ${f1}`);
    assert.ok(
      wrong.every(({ outcome }) => outcome !== 'match'),
      'no false match, only false closeness',
    );
  });

  it('which name comes first does not matter, and a name matches itself', () => {
    for (const [, left, right] of pairs) {
      assert.equal(matchNames(left, right).outcome, matchNames(right, left).outcome, `${left} | ${right}`);
      assert.equal(matchNames(left, left).outcome, 'match', left);
    }
  });

  it('no text makes it throw, and the score is from 0 to 1', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        const { score, reason } = matchNames(left, right);
        assert.ok(score >= 0 && score <= 1 && reason.length > 0);
      }),
    );
  });
});
