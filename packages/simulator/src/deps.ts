import type { Specimens } from './certificates/specimens.ts';
import type { Clients } from './clients.ts';
import type { Grants } from './grants.ts';
import type { Journeys } from './journeys.ts';
import type { People } from './personas/people.ts';
import type { Profile } from './profile.ts';
import type { Scenario } from './scenario.ts';
import type { AnswerQueue, ResetScope } from './scenarios/queue.ts';
import type { RandomBytes } from './secrets.ts';
import type { State } from './state.ts';

/** What routes work with; made once in `simulator.ts`. */
export interface Deps {
  clients: Clients;
  people: People;
  state: State;
  journeys: Journeys;
  grants: Grants;
  now: () => number;
  random: RandomBytes;
  profile: Profile;
  specimens: Specimens;
  scenario: Scenario;
  /** What tests have put in the place of the next answers. */
  queue: AnswerQueue;
  /** Forgets journeys, consents and queued answers. */
  reset: (scope: ResetScope) => void;
  /** Lets go of connections that are left without an answer. */
  release: () => void;
}
