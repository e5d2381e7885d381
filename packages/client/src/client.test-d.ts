import type {
  ApiSession,
  DriveFile,
  SdkSession,
  SessionStatus,
  TijoriClient,
  TijoriError,
  V1Session,
  WithReason,
} from './index.ts';
import { verify } from './webhooks/index.ts';

/** What the compiler must know and refuse; never run. */
export async function typesOf(client: TijoriClient, error: TijoriError): Promise<void> {
  const session: SdkSession & WithReason = await client.waitForSession('id', { until: ['authorized'] });
  const back: ApiSession & WithReason = await client.waitForSession('id', { family: 'api' });
  const files: DriveFile[] = await client.sdkSessions.documents(session.id, 'gstn_details');
  for await (const each of client.v1.sessions.list({ status: 'failed' })) each satisfies V1Session;
  if (error.code === 'data_not_found' || error.code === 'size_mismatch') error.status satisfies number | null;
  const signal: AbortSignal | undefined = undefined;
  await client.sessions.status(back.id, { signal });

  const event = await verify('{}', new Headers(), ['old', 'new'], { now: Date.now });
  if (event.type === 'entitylocker.document.available') event.data.document.verdict satisfies string;
  else if ('session_id' in event.data) event.data.status satisfies SessionStatus;
  for await (const { id, type } of client.v1.events.list({ type: 'endpoint.disabled' })) [id, type] satisfies string[];

  // @ts-expect-error what an event is about depends on its type
  event.data.document;
  // @ts-expect-error no such event
  if (event.type === 'entitylocker.session.postponed') files.pop();
  // @ts-expect-error a parsed body is none
  await verify({ type: 'x' }, {}, 'whsec_');
  // @ts-expect-error the @entity is the client's business
  await client.sdkSessions.create({ '@entity': 'x', flow: 'signin', doc_types: [] });
  // @ts-expect-error no such document type
  await client.sdkSessions.documents('id', 'aadhaar');
  // @ts-expect-error no such status in this family
  if (back.status === 'authorized') files.pop();
  // @ts-expect-error the cursor is the iterator's business
  client.v1.sessions.list({ cursor: 'x' });
  // @ts-expect-error options are named
  await client.sdkSessions.status('id', 5_000);
}
