import { AppError } from '../../domain/app-error.ts';
import { judgeSession, type Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';

/** What the hosted page shows: the session as it stands, and the registered name of who asks. */
export interface JourneySession {
  session: Session;
  workspaceName: string;
}

/** A session by its link. The id is the link's secret: 122 random bits that only the requester hands out. */
export async function journeySession(deps: Deps, sessionId: string): Promise<JourneySession> {
  const session = await deps.stores.sessions.find(sessionId);
  const workspace = session && (await deps.stores.workspaces.find(session.workspaceId));
  if (!session || !workspace) throw new AppError('data_not_found', { fill: { id: sessionId } });
  return { session: judgeSession(session, deps.now()), workspaceName: workspace.name };
}
