import type { Mode } from '../domain/session.ts';
import type { Egress } from '../egress/egress.ts';
import type { Logger } from '../log/logger.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { RateStore } from '../storage/rate-store.ts';
import type { Stores } from '../stores/index.ts';
import type { AccessTokens } from '../tokens/access-token.ts';
import type { SdkTokens } from '../tokens/sdk-token.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Blobs } from '../vault/blobs.ts';
import type { Presign } from '../vault/presign.ts';
import type { Seal } from '../vault/seal.ts';
import type { Verifier } from '../verify/verifier.ts';
import type { Background } from './background.ts';
import type { Logos } from './browser/logo.ts';
import type { Collecting } from './documents/collect.ts';
import type { KeysUnderway } from './idempotency/once.ts';
import type { Renewals } from './journey/note-grant.ts';
import type { TestControls } from './test-controls/test-controls.ts';

/** Times and sizes that the operator may set. */
export interface Limits {
  /** An SDK session without an end expires after this long, ms (sandbox-api §9 no. 11). */
  sessionLifeMs: number;
  /** A session of the redirect flow that names no end of its consent expires after this long, ms (sandbox-api §9 no. 11). */
  apiSessionLifeMs: number;
  /** Documents are kept this long after consent, ms (sandbox-api §3). */
  retentionMs: number;
  /** Longest life of a download link, ms (sandbox-api §1.4). */
  linkLifeMs: number;
}

/** Everything that a use case may touch. Made once, in `boot.ts`. */
export interface Deps {
  now: () => number;
  /** A version-4 UUID. */
  newId: () => string;
  /** An id for an event of this moment, ms; ids of later ones are greater. */
  newEventId: (atMs: number) => string;
  /** How much later than its id is made an event may be seen, by this node's clock, ms; 0: events are seen in the order of their ids. */
  eventsSettleMs: number;
  /** Where browsers and links reach us: scheme, host and port from the configuration, never from a request. */
  baseUrl: string;
  /** This process among those on the same database; the same after a restart where there can be no other. */
  nodeId: string;
  limits: Limits;
  modes: readonly Mode[];
  /** Any page of this machine may use any key: a development server. */
  loopbackOrigins: boolean;
  /** Whether sessions of test keys may lead back to plain http on this machine. */
  allowHttpReturn: boolean;
  stores: Stores;
  /** How long a write that is handed in now will probably wait for others, ms. */
  commitWaitMs: () => number;
  /** Counts calls. */
  rates: RateStore;
  /** `Idempotency-Key`s whose first request is still under way in this process. */
  keysUnderway: KeysUnderway;
  tokens: AccessTokens;
  sdkTokens: SdkTokens;
  /** Encrypts, with a data key for each thing. */
  seal: Seal;
  /** Where sealed documents lie. */
  blobs: Blobs;
  /** Judges the signatures of documents, away from the event loop. */
  verifier: Verifier;
  /** Signs and checks download links. */
  presign: Presign;
  /** Calls addresses that integrators name, and nothing else does. */
  egress: Egress;
  /** Logos of integrators, fetched through it. */
  logos: Logos;
  /** Brings events to endpoints. */
  outbox: Outbox;
  /** Each mode has its own; a mode without one cannot be consented in. */
  upstreams: Partial<Record<Mode, Upstream>>;
  renewals: Renewals;
  collecting: Collecting;
  /** Takes work that nobody waits for, except whoever stops the gateway. */
  background: Background;
  /** Outcomes that test sessions may ask for; empty where no simulator is behind them. */
  scenarios: readonly string[];
  /** Levers for tests; null where they are not configured. */
  testControls: TestControls | null;
  log: Logger;
}
