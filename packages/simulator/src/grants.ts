import type { ResetScope } from './scenarios/queue.ts';
import { isScenarioName, type ScenarioName } from './scenarios/table.ts';
import { integerOf, optionalTextOf, type State, textOf } from './state.ts';

/** What a person allowed one client to see, until when. Its code and tokens are one family. */
export interface Consent {
  id: string;
  clientId: string;
  mobile: string;
  entityId: string;
  documentUris: string[];
  scope: string;
  purpose: string | undefined;
  serviceName: string | undefined;
  newAccount: boolean;
  referenceKey: string;
  grantedAtMs: number;
  /** Unix seconds, as it goes over the wire. */
  validTillS: number;
  scenario: ScenarioName | undefined;
  workspace: string | undefined;
}

interface Code {
  hash: string;
  consentId: string;
  redirectUri: string;
  challenge: string;
  expiresAtMs: number;
  used: boolean;
}

interface Token {
  hash: string;
  kind: 'access' | 'refresh';
  consentId: string;
  expiresAtMs: number;
  standing: 'live' | 'replaced' | 'revoked';
}

/** Consents, codes and tokens. Codes and tokens come in as hashes and are never kept otherwise. */
export interface Grants {
  insertConsent(consent: Consent): void;
  consent(id: string): Consent | undefined;
  insertCode(code: Omit<Code, 'used'>): void;
  code(hash: string): Code | undefined;
  /** False when the code was used already. */
  useCode(hash: string, nowMs: number): boolean;
  insertToken(token: Omit<Token, 'standing'>): void;
  token(hash: string): Token | undefined;
  /** Takes a live token out of use; false when it was not live. */
  retireToken(hash: string, standing: 'replaced' | 'revoked'): boolean;
  revokeFamily(consentId: string): void;
  /** Deletes some of the consents that ended before the given moment, with their codes and tokens. */
  sweep(endedBeforeMs: number): void;
  /** Adds one and gives the sum: how often something happened to a consent. */
  count(consentId: string, what: Tally): number;
  counted(consentId: string, what: Tally): number;
  forget(scope: ResetScope): void;
}

export type Tally = 'fault' | 'download';

export function openGrants(state: State): Grants {
  const { db } = state;
  const insertConsent = db.prepare(
    `insert into consent (id, client_id, mobile, entity_id, document_uris, scope, purpose, service_name, new_account,
       reference_key, granted_at_ms, valid_till_s, scenario, workspace)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const consentById = db.prepare('select * from consent where id = ?');
  const insertCode = db.prepare(
    'insert into code (hash, consent_id, redirect_uri, challenge, expires_at_ms) values (?, ?, ?, ?, ?)',
  );
  const codeByHash = db.prepare('select * from code where hash = ?');
  const useCode = db.prepare('update code set used_at_ms = ? where hash = ? and used_at_ms is null');
  const insertToken = db.prepare('insert into token (hash, kind, consent_id, expires_at_ms) values (?, ?, ?, ?)');
  const tokenByHash = db.prepare('select * from token where hash = ?');
  const retire = db.prepare("update token set standing = ? where hash = ? and standing = 'live'");
  const revokeFamily = db.prepare("update token set standing = 'revoked' where consent_id = ? and standing = 'live'");
  const sweep = db.prepare(
    'delete from consent where id in (select id from consent where valid_till_s < ? order by valid_till_s limit 100)',
  );
  const count = db.prepare(
    `insert into tally (consent_id, what, count) values (?, ?, 1)
     on conflict (consent_id, what) do update set count = count + 1 returning count`,
  );
  const counted = db.prepare('select count from tally where consent_id = ? and what = ?');
  const forget = db.prepare(
    'delete from consent where client_id = coalesce(?1, client_id) and (?2 is null or workspace = ?2)',
  );
  return {
    insertConsent: (c) => {
      const profile = [c.purpose ?? null, c.serviceName ?? null, c.newAccount ? 1 : 0, c.referenceKey] as const;
      const uris = JSON.stringify(c.documentUris);
      const times = [c.grantedAtMs, c.validTillS] as const;
      const scene = [c.scenario ?? null, c.workspace ?? null] as const;
      insertConsent.run(c.id, c.clientId, c.mobile, c.entityId, uris, c.scope, ...profile, ...times, ...scene);
    },
    consent: (id) => {
      const row = consentById.get(id);
      return row && consentFromRow(row);
    },
    insertCode: (c) => {
      insertCode.run(c.hash, c.consentId, c.redirectUri, c.challenge, c.expiresAtMs);
    },
    code: (hash) => {
      const row = codeByHash.get(hash);
      return row && codeFromRow(row);
    },
    useCode: (hash, nowMs) => useCode.run(nowMs, hash).changes === 1,
    insertToken: (t) => {
      insertToken.run(t.hash, t.kind, t.consentId, t.expiresAtMs);
    },
    token: (hash) => {
      const row = tokenByHash.get(hash);
      return row && tokenFromRow(row);
    },
    retireToken: (hash, standing) => retire.run(standing, hash).changes === 1,
    revokeFamily: (consentId) => {
      revokeFamily.run(consentId);
    },
    sweep: (endedBeforeMs) => {
      sweep.run(Math.floor(endedBeforeMs / 1000));
    },
    count: (consentId, what) => integerOf(count.get(consentId, what), 'count'),
    counted: (consentId, what) => {
      const row = counted.get(consentId, what);
      return row ? integerOf(row, 'count') : 0;
    },
    forget: ({ clientId, workspace }) => {
      forget.run(clientId ?? null, workspace ?? null);
    },
  };
}

function consentFromRow(row: Record<string, unknown>): Consent {
  const scenario = optionalTextOf(row, 'scenario') ?? '';
  return {
    id: textOf(row, 'id'),
    clientId: textOf(row, 'client_id'),
    mobile: textOf(row, 'mobile'),
    entityId: textOf(row, 'entity_id'),
    // Written by `insertConsent` above and by nothing else.
    documentUris: JSON.parse(textOf(row, 'document_uris')) as string[],
    scope: textOf(row, 'scope'),
    purpose: optionalTextOf(row, 'purpose'),
    serviceName: optionalTextOf(row, 'service_name'),
    newAccount: integerOf(row, 'new_account') === 1,
    referenceKey: textOf(row, 'reference_key'),
    grantedAtMs: integerOf(row, 'granted_at_ms'),
    validTillS: integerOf(row, 'valid_till_s'),
    // A scenario that a newer version knew is played as none.
    scenario: isScenarioName(scenario) ? scenario : undefined,
    workspace: optionalTextOf(row, 'workspace'),
  };
}

function codeFromRow(row: Record<string, unknown>): Code {
  return {
    hash: textOf(row, 'hash'),
    consentId: textOf(row, 'consent_id'),
    redirectUri: textOf(row, 'redirect_uri'),
    challenge: textOf(row, 'challenge'),
    expiresAtMs: integerOf(row, 'expires_at_ms'),
    used: row.used_at_ms !== null,
  };
}

function tokenFromRow(row: Record<string, unknown>): Token {
  const standing = textOf(row, 'standing');
  return {
    hash: textOf(row, 'hash'),
    kind: row.kind === 'access' ? 'access' : 'refresh',
    consentId: textOf(row, 'consent_id'),
    expiresAtMs: integerOf(row, 'expires_at_ms'),
    standing: standing === 'live' || standing === 'replaced' ? standing : 'revoked',
  };
}
