/** A gateway in a process of its own that judges documents all the time while it is told to: `on`, `off`. Its parent is `verify.ts`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { boot } from '../packages/server/src/boot.ts';
import { freePort } from '../packages/server/src/cli/dev-folder.ts';
import { readStartConfig } from '../packages/server/src/config.ts';
import { createKey } from '../packages/server/src/usecases/keys/create.ts';
import { strictPolicy } from '../packages/server/src/verify/judge.ts';
import { openVerifier } from '../packages/server/src/verify/verifier.ts';
import { benchSettings } from './servers.ts';
import { specimensToJudge } from './verify-specimens.ts';

/** Verdicts a second while it is on: those of a gateway with fifteen journeys a second. */
const perSecond = Number(process.argv[2]);

const dir = mkdtempSync(join(tmpdir(), 'tijori-bench-'));
const port = await freePort();
const config = readStartConfig(benchSettings(dir, port));
const gateway = await boot({ ...config, log: { level: 'info', file: join(dir, 'tijori.log') } });
await gateway.listen();
gateway.ready();
const { apiKey, apiSecret } = await createKey(gateway.deps, { mode: 'test', workspaceName: 'Bench (fictional)' });

const { xml, pdf, trust } = await specimensToJudge();
const current = () => ({ digest: 'bench', material: trust });
const verifier = openVerifier({ stores: { bench: { current } }, policy: strictPolicy });
let isOn = false;
let judged = 0;

async function judgeOn(): Promise<void> {
  for (let count = 0; isOn; count += 1) {
    const { verdict } = await verifier.judge(count % 2 ? pdf : xml, { store: 'bench', judgedAtMs: Date.now() });
    if (isOn && verdict.state !== 'genuine') throw new Error(`judged as ${verdict.state}: ${verdict.reason}`);
    judged += 1;
    await wait(1_000 / perSecond);
  }
}

process.on('message', (told) => {
  isOn = told === 'on';
  if (isOn) void judgeOn();
  process.send?.(judged);
});
process.on('disconnect', async () => {
  isOn = false;
  await verifier.close();
  await gateway.stop();
  rmSync(dir, { recursive: true });
  process.exit();
});
process.send?.({ baseUrl: config.baseUrl, apiKey, apiSecret });
