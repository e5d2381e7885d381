import type { Db, Statement } from '../storage/db.ts';

/** What a consent gave us, sealed: tokens, and the profiles of person and entity. */
export interface SessionSecrets {
  sessionId: string;
  sealedGrant: string;
  sealedProfile: string | null;
}

export function sessionSecretsStore(db: Db) {
  return {
    async find(sessionId: string): Promise<SessionSecrets | undefined> {
      const row = await db.get('select sealed_grant, sealed_profile from session_secrets where session_id = $1', [
        sessionId,
      ]);
      return (
        row && {
          sessionId,
          sealedGrant: String(row.sealed_grant),
          sealedProfile: row.sealed_profile === null ? null : String(row.sealed_profile),
        }
      );
    },
    insertion: (secrets: SessionSecrets): Statement => ({
      sql: 'insert into session_secrets (session_id, sealed_grant, sealed_profile) values ($1, $2, $3)',
      params: [secrets.sessionId, secrets.sealedGrant, secrets.sealedProfile],
    }),
    /** A renewed grant in the place of the one that it came from; conflicts if that one has been replaced already. */
    grant: (sessionId: string, { from, to }: { from: string; to: string }): Statement => ({
      sql: 'update session_secrets set sealed_grant = $1 where session_id = $2 and sealed_grant = $3',
      params: [to, sessionId, from],
      expectRows: 1,
    }),
    /** Changes nothing; conflicts if the grant has been replaced or let go. */
    grantStands: (sessionId: string, sealedGrant: string): Statement => ({
      sql: 'update session_secrets set sealed_grant = $2 where session_id = $1 and sealed_grant = $2',
      params: [sessionId, sealedGrant],
      expectRows: 1,
    }),
    /** A profile in the place of none, or of one with less in it; conflicts if that one has been replaced already. */
    profile: (sessionId: string, { from, to }: { from: string | null; to: string }): Statement => ({
      sql: `update session_secrets set sealed_profile = $1
            where session_id = $2 and sealed_profile is not distinct from $3`,
      params: [to, sessionId, from],
      expectRows: 1,
    }),
    /** The profiles are gone, and the tokens stay for what is still to be fetched. */
    profileRemoval: (sessionId: string): Statement => ({
      sql: 'update session_secrets set sealed_profile = null where session_id = $1',
      params: [sessionId],
    }),
    removal: (sessionId: string): Statement => ({
      sql: 'delete from session_secrets where session_id = $1',
      params: [sessionId],
    }),
  };
}
