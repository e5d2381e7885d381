import { integrator, walk, walkFrom } from '../api.ts';
import { allEndpoints, openSessionFor, sdkCredentials, sdkTokenEndpoint, sessionFor } from '../contract-calls.ts';
import type { TestGateway } from '../gateway.ts';
import { browser } from '../person.ts';

type Headers = Record<string, string>;

/** What the requests of a fuzz run speak of: keys, and sessions in every state. */
export interface FuzzWorld {
  gateway: TestGateway;
  key: { apiKey: string; apiSecret: string; token: string };
  stranger: { apiKey: string; apiSecret: string; token: string };
  /** Ids of sessions of the key and of a stranger's, and one that never was. */
  sessionIds: string[];
  /** Browsers that have taken up a session each, if the contract has them. */
  browsers: { sessionId: string; headers: Headers }[];
}

/** Sessions of each kind that are made; more, and the sessions of a run would rarely meet. */
const perKind = 4;

export async function fuzzWorld(gateway: TestGateway): Promise<FuzzWorld> {
  const key = await gateway.newKey();
  const stranger = await gateway.newKey('test', 'Another Lender (fictional)');
  const api = integrator(gateway, key);
  const sessionIds = [gateway.deps.newId(), await integrator(gateway, stranger).newSession()];
  for (const choice of [{}, {}, { share: ['GSTND'] }, { share: ['CPMTD'] }, { decision: 'Deny' as const }]) {
    const id = await api.newSession();
    await walk(gateway, id, choice);
    sessionIds.push(id);
  }
  const families = new Map(allEndpoints.map((endpoint) => [endpoint.family, endpoint]));
  const browsers: FuzzWorld['browsers'] = [];
  for (const endpoint of families.values()) {
    for (let made = 0; made < perKind; made += 1) {
      const { id, authorizationUrl } = await openSessionFor(endpoint, gateway, key);
      sessionIds.push(id);
      // One of two goes the whole way, where the way begins at an address of its own.
      if (authorizationUrl !== undefined && made % 2 === 0) {
        const person = browser(gateway);
        await person.get(await walkFrom(person, await person.get(authorizationUrl)));
      }
    }
  }
  await gateway.deps.background.idle();
  if (sdkTokenEndpoint) {
    for (let made = 0; made < perKind; made += 1) {
      const sessionId = await sessionFor(sdkTokenEndpoint, gateway, key);
      browsers.push({ sessionId, headers: await sdkCredentials(gateway, key.apiKey, sessionId) });
    }
  }
  return { gateway, key, stranger, sessionIds, browsers };
}
