import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { type Figures, figuresFolder, readFigures } from './figures.ts';
import { draw } from './plot.ts';

const figures: Figures = {
  name: 'test',
  title: 'A test',
  date: '2026-11-26',
  machine: '2 cores',
  conditions: 'Made up.',
  panels: [
    {
      title: 'Rate <of> it',
      unit: 'ratio',
      goal: { value: 0.5, is: 'at least' },
      bars: [
        { label: 'ours', value: 0.4 },
        { label: 'bare', value: 0.3, isBaseline: true },
      ],
    },
    {
      title: 'Memory',
      unit: 'MB',
      timeUnit: 'min',
      lines: [
        {
          label: 'in use',
          points: [
            [0, 50],
            [10, 60],
          ],
        },
      ],
    },
  ],
};

/** Width of the bar of this class, px. */
const barWidth = (svg: string, kind: string) =>
  Number(new RegExp(`<rect class="${kind}"[^>]* width="([\\d.]+)"`).exec(svg)?.[1]);

describe('the picture of a bench', () => {
  it('draws values in their proportion, and says what was to be reached and was not', () => {
    const svg = draw(figures);
    assert.ok(Math.abs(barWidth(svg, 'baseline') / barWidth(svg, 'bar') - 0.75) < 0.01);
    assert.match(svg, /to reach: at least 0\.5, not reached/);
    assert.match(svg, /Rate &lt;of&gt; it, ratio/);
  });

  it('tells a goal that was worked out with no more digits than a bench knows', () => {
    const [panel] = figures.panels;
    assert.ok(panel);
    const goal = { value: 47_855.356, is: 'at least' } as const;
    assert.match(draw({ ...figures, panels: [{ ...panel, goal }] }), /to reach: at least 47,855, not reached/);
  });

  it('says so when every bar of ours reaches it, whatever the baseline does', () => {
    const [panel, ...rest] = figures.panels;
    assert.ok(panel);
    const svg = draw({ ...figures, panels: [{ ...panel, goal: { value: 0.35, is: 'at least' } }, ...rest] });
    assert.match(svg, /at least 0\.35, reached/);
  });

  it('of each run that is kept is the one that its figures give', () => {
    for (const file of globSync(`${figuresFolder}*.json`)) {
      const svg = readFileSync(file.replace(/json$/, 'svg'), 'utf8');
      assert.ok(svg === draw(readFigures(file)), `${basename(file)}: npm run bench:plot draws it anew`);
    }
  });
});
