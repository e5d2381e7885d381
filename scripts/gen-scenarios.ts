/** `node scripts/gen-scenarios.ts`: writes docs/scenarios.md from the simulator's table. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listScenarios } from '@tijori/simulator';
import { deliveryFaults, type ErrorCode, errorCatalogue } from '@tijori/wire';
import {
  type ScenarioOutcome,
  scenarioOutcomes,
} from '../packages/server/src/usecases/test-controls/scenario-outcomes.ts';

export const scenariosPath = join(import.meta.dirname, '..', 'docs', 'scenarios.md');

const head = `# Scenarios

Made by \`node scripts/gen-scenarios.ts\` from the simulator's table and the gateway's: do not edit.

Every outcome can be chosen in five ways: by the header \`x-tijori-scenario: <name>\` when a session is created with a
test key, by \`POST /test/sessions/{id}/actions\` with \`{"scenario": "<name>"}\`, by typing one of its reserved
identifiers where it has them, in the test bar at the foot of every page of the simulator, or by adding \`x_simulator_scenario=<name>\` to the
authorization request or to the address of a page. An unknown name is a 400 that lists the names. The choice is kept
with the session, or with the request and everything that it leads to, so parallel tests do not meet.
[quickstart-testing.md](quickstart-testing.md) begins from nothing.

## What the integrator sees

**End** is where the session ends: \`succeeded\`, \`failed\`, \`expired\`, or \`open\` until it expires. The status answer says
why in \`x-error-code\`. **Documents** is what the document calls answer once the journey is over, for a session that asked
for all three types; the suite holds the gateway to both.
`;

const between = `
## What the user and the client of EntityLocker see

**Who** is who brings it about: where the caller does, or both do, the table after this one says what has to be done. The
pretend person of \`/test/sessions/{id}/actions\` does it by itself.
`;

const faultsHead = `
## Faults of delivery

What can go wrong with an event on its way to a webhook endpoint of test mode: \`POST /test/delivery-faults\` with the endpoint's id, the
name and for how many attempts (\`times\`). \`DELETE /test/upstream\` takes back what has not happened yet.
`;

const aboutReserved = `The number is typed on the sign-in page, the CIN or the GSTIN on the sign-up page (\`dl_flow=signup\`, or "Sign up" there).
They stand for the first of the fictional people and their first entity, and play their scenario from then on; who signs
up gets \`new_account=Y\`. They are right in shape and check character and belong to nobody. Any other number that no
fictional person or entity has is "not found".
`;

/** The whole file. Pure, so that a test can compare. */
export function scenariosDocument(): string {
  const scenarios = listScenarios();
  const code = (text: string | undefined) => (text === undefined ? '' : `\`${text}\``);
  const seen = scenarios.map(({ name, end, at }) => {
    const outcome = scenarioOutcomes[name];
    const documents = end === 'succeeded' ? documentsText(outcome) : '';
    return row([code(name), end, code(outcome?.statusReason), documents, at]);
  });
  const rows = scenarios.map((s) => row([code(s.name), s.userSees, s.clientGets, s.actor]));
  const reserved = scenarios.flatMap((s) =>
    s.mobile === undefined ? [] : [row([code(s.name), s.mobile, s.cin ?? '', s.gstin ?? ''])],
  );
  const deeds = scenarios.flatMap((s) => (s.caller === undefined ? [] : [row([code(s.name), s.caller])]));
  const faults = Object.entries(deliveryFaults).map(([name, text]) => row([code(name), text]));
  return [
    head,
    table(['Name', 'End', '`x-error-code`', 'Documents', 'Where it happens'], seen),
    between,
    table(['Name', 'What the user sees', 'What the client gets', 'Who'], rows),
    '\n## Reserved identifiers\n',
    aboutReserved,
    table(['Name', 'Mobile number', 'CIN', 'GSTIN'], reserved),
    '\n## What the caller does\n',
    table(['Name', 'To do'], deeds),
    faultsHead,
    table(['Name', 'What happens'], faults),
    '',
  ].join('\n');
}

function documentsText(outcome: ScenarioOutcome | undefined): string {
  const { documents } = outcome ?? {};
  if (documents === undefined) return 'all';
  if (typeof documents === 'string') return `none: ${answerText(documents)}`;
  return Object.entries(documents)
    .map(([type, error]) => `\`${type}\`: ${answerText(error)}`)
    .join('; ');
}

function answerText(error: ErrorCode): string {
  return `${errorCatalogue[error].status} \`${error}\``;
}

function table(columns: readonly string[], rows: readonly string[]): string {
  return [row(columns), row(columns.map(() => '---')), ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (import.meta.main) writeFileSync(scenariosPath, scenariosDocument());
