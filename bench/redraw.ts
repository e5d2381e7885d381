import { globSync, writeFileSync } from 'node:fs';
import { figuresFolder, readFigures } from './figures.ts';
import { draw } from './plot.ts';

/** `npm run bench:plot`: draws every picture of `docs/bench` anew from the figures beside it. */
for (const file of globSync(`${figuresFolder}*.json`).sort()) {
  writeFileSync(file.replace(/json$/, 'svg'), draw(readFigures(file)));
  console.log(file);
}
