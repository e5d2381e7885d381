/**
 * `npm run prove:keys`: changes the master key, the token key and the link key of a working gateway (acceptance J3, J4), and kills the
 * rewrapping with SIGKILL `--kills` times. Exit code 1 if a read failed before its key was revoked, or a promise was not kept; 3 without a
 * PostgreSQL, which is said loudly.
 */
import { parseArgs } from 'node:util';
import { whyNoPostgres } from '../e2e/faults/database.ts';
import { revokedMsPromised, rotateKeys } from '../e2e/keys/rotation.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const missing = whyNoPostgres();
if (missing) {
  print(`\n****************  KEYS WERE NOT CHANGED: ${missing}.  Nothing is proven here.  ****************\n`);
  process.exit(3);
}
print(`seed ${seed}, ${kills} kills of the rewrapping`);
const { sealed, reads, failed, leftAfterKills, tokenRevokedMs, linkRevokedMs, faults } = await rotateKeys({
  seed,
  kills,
});
const underWay = leftAfterKills.filter((left) => left > 0 && left < sealed).length;
print(`
${sealed} sealed texts and keys moved; left after each kill: ${leftAfterKills.join(', ')} (${underWay} of ${leftAfterKills.length} kills hit it under way).
Reads meanwhile: ${reads}, failed: ${failed.length}.${failed
  .slice(0, 5)
  .map((text) => `\n    ${text}`)
  .join('')}
Dead after the old key was taken out of its file: tokens after ${tokenRevokedMs} ms, links after ${linkRevokedMs} ms.
Faults: ${faults.length}.${faults
  .slice(0, 5)
  .map((text) => `\n    ${text}`)
  .join('')}`);
const inTime = Math.max(tokenRevokedMs, linkRevokedMs) <= revokedMsPromised;
process.exitCode = failed.length + faults.length === 0 && inTime ? 0 : 1;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
