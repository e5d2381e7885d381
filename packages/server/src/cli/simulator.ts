import { randomBytes } from 'node:crypto';
import type { PersonaSummary, ProfileName } from '@tijori/simulator';
import { Command, Option } from 'commander';
import { oneMore, portNumber } from './option-values.ts';
import { readSecretFile } from './secret-file.ts';
import { stopOnSignal } from './stop-on-signal.ts';

interface SimulatorCliOptions {
  port: number;
  personas?: string;
  clientId: string;
  clientSecretFile?: string;
  redirectUri: string[];
  clientName: string;
  profile: ProfileName;
  state: string;
  json?: boolean;
}

/** `tijori simulator`: the pretend EntityLocker alone, for any client of EntityLocker. On this machine only. */
export function simulatorCommand(): Command {
  return new Command('simulator')
    .description('run only the pretend EntityLocker, for any client of EntityLocker')
    .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', portNumber, 8090)
    .option('--personas <dir>', 'directory of persona files (*.json) instead of the fictional people of the package')
    .option('--client-id <id>', 'id of the client', 'SIMULATOR1')
    .option(
      '--client-secret-file <file>',
      'file with the secret of the client, - for standard input; made up if missing',
    )
    .addOption(
      new Option('--redirect-uri <uri>', 'registered return address; may be repeated')
        .argParser(oneMore)
        .makeOptionMandatory(),
    )
    .option('--client-name <name>', 'who asks, as the consent page says', 'Example Requester (fictional)')
    .addOption(new Option('--profile <profile>', 'style of the error statuses').choices(['2021', 'v2']).default('v2'))
    .option('--state <file>', 'SQLite file that survives restarts', ':memory:')
    .action(async (options: SimulatorCliOptions) => {
      const starting = startSimulator(options);
      stopOnSignal(async () => (await starting).stop());
      const { banner, baseUrl, clientId, madeUpSecret } = await starting;
      const registration = { base_url: baseUrl, client_id: clientId, client_secret: madeUpSecret };
      console.log(options.json ? JSON.stringify(registration) : banner);
    });
}

/** Starts the simulator and resolves once it answers. A secret that was given is in nothing that it tells. */
export async function startSimulator(options: SimulatorCliOptions) {
  const { createSimulator, listPersonas, listScenarios } = await import('@tijori/simulator');
  const { clientSecretFile } = options;
  const isGiven = clientSecretFile !== undefined;
  const clientSecret = isGiven
    ? readSecretFile('--client-secret-file', clientSecretFile)
    : randomBytes(24).toString('base64url');
  const simulator = await createSimulator({
    statePath: options.state,
    clients: [
      {
        clientId: options.clientId,
        clientSecret,
        redirectUris: options.redirectUri,
        name: options.clientName,
      },
    ],
    profile: options.profile,
    ...(options.personas !== undefined && { personasDir: options.personas }),
  });
  try {
    const { origin } = await simulator.listen(options.port);
    const baseUrl = `${origin}/public`;
    const people = listPersonas(options.personas);
    const scenarios = listScenarios().map(({ name }) => name);
    const { clientId, redirectUri: uris } = options;
    const banner = bannerOf({
      baseUrl,
      clientId,
      secret: isGiven ? `in ${clientSecretFile}` : clientSecret,
      uris,
      people,
      scenarios,
    });
    return { baseUrl, clientId, madeUpSecret: isGiven ? null : clientSecret, banner, stop: () => simulator.close() };
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

interface Banner {
  baseUrl: string;
  clientId: string;
  /** The secret that was made up, or where the given one is. */
  secret: string;
  uris: readonly string[];
  people: readonly PersonaSummary[];
  scenarios: readonly string[];
}

function bannerOf({ baseUrl, clientId, secret, uris, people, scenarios }: Banner): string {
  const lines = people.map(({ mobile, personName, entityNames }) => {
    return `  ${mobile}  ${personName}: ${entityNames.join('; ')}`;
  });
  return `EntityLocker SIMULATOR: not a government service, nothing in it is real.

Base URL       ${baseUrl}
Client id      ${clientId}
Client secret  ${secret}
Return to      ${uris.join(', ')}

People who can sign in:
${lines.join('\n')}

Outcomes: add x_simulator_scenario=<name> to the authorization request, one of ${scenarios.length}:
${wrapped(scenarios)}
`;
}

/** The names in lines of readable length. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length > 98) lines.push(`  ${name}`);
    else lines[lines.length - 1] = `${last} ${name}`;
  }
  return lines.join('\n');
}
