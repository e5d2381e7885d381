import Type from 'typebox';
import { DocTypeSchema } from './sdk-session.ts';

const sessionId = Type.String({
  description: 'Id of the session, a version-4 UUID.',
  examples: ['3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60'],
});

/** Path of a session. */
export const SessionParams = Type.Object({ session_id: sessionId });

/** Path of a document type of a session. */
export const SessionDocumentParams = Type.Object({
  session_id: sessionId,
  doc_type: Type.Enum([...DocTypeSchema.enum], {
    description: 'One of the document types that the person shared.',
    examples: ['gstn_details'],
  }),
});
