import Type, { type Static } from 'typebox';
import { success } from '../envelope.ts';
import { BrowserCallParams, sdkTokenErrors } from './browser.ts';
import type { Endpoint } from './endpoint.ts';
import { DocTypeSchema } from './sdk-session.ts';

/** `@entity` of a list (sandbox-api §1.10). */
export const paginatedListEntity = 'org.quicko.paginated_list';

/** `@entity` of an entry of that list (sandbox-api §1.10). */
export const lockerDocumentEntity = 'in.co.sandbox.kyc.entitylocker.document';

/**
 * A document that was consented, by kind alone: the vendor's keys, without what would tell about the entity. The
 * identifier in `uri` is masked, name and description are those of the type, and `date` is the day of the consent.
 */
const LockerDocument = Type.Object({
  description: Type.String({ description: 'Title of the document type.', examples: ['GST registration details'] }),
  '@entity': Type.Literal(lockerDocumentEntity, {
    description: 'Kind of the object.',
    examples: [lockerDocumentEntity],
  }),
  name: Type.String({ description: 'Title of the document type.', examples: ['GST registration details'] }),
  date: Type.Integer({ description: 'When it was consented, ms since the epoch.', examples: [1754990726406] }),
  type: Type.Literal('file', { description: 'Always `file`.', examples: ['file'] }),
  size: Type.String({ description: 'Always empty, as in the vendor’s samples.', examples: [''] }),
  parent: Type.String({ description: 'Always empty: there are no folders.', examples: [''] }),
  mime: Type.Array(Type.String(), {
    description: 'Media types in which the issuer offers it.',
    examples: [['application/pdf', 'application/xml']],
  }),
  uri: Type.String({
    description: 'Issuer and kind of the document; its identifier is masked.',
    examples: ['in.org.gstn-GSTND-***'],
  }),
  doc_type: DocTypeSchema,
  issuer_id: Type.String({ description: 'Id of the issuer.', examples: ['in.org.gstn'] }),
  issuer: Type.String({ description: 'Name of the issuer.', examples: ['Goods and Services Tax Network'] }),
});
export type LockerDocument = Static<typeof LockerDocument>;

const exampleDocument: LockerDocument = {
  description: 'GST registration details',
  '@entity': lockerDocumentEntity,
  name: 'GST registration details',
  date: 1754990726406,
  type: 'file',
  size: '',
  parent: '',
  mime: ['application/pdf', 'application/xml'],
  uri: 'in.org.gstn-GSTND-***',
  doc_type: 'gstn_details',
  issuer_id: 'in.org.gstn',
  issuer: 'Goods and Services Tax Network',
};

/** `GET /kyc/entitylocker-sdk/sessions/{session_id}/documents` (B5, sandbox-api §1.10). */
export const browserDocuments = {
  method: 'GET',
  path: '/kyc/entitylocker-sdk/sessions/{session_id}/documents',
  family: 'browser',
  summary: 'Which documents were consented, by kind; no content, no identifier.',
  description:
    'Wants the token of `authorize`; that of `init` is `insufficient_privilege`. Until the session has succeeded it is `invalid_session_lifecycle`, once the documents are erased `data_not_found`.',
  credentials: 'key_and_sdk_token',
  params: BrowserCallParams,
  response: success(
    Type.Object({
      '@entity': Type.Literal(paginatedListEntity, {
        description: 'Kind of the object.',
        examples: [paginatedListEntity],
      }),
      items: Type.Array(LockerDocument, {
        description: 'All of them: there is one page.',
        examples: [[exampleDocument]],
      }),
    }),
  ),
  responseExample: {
    code: 200,
    timestamp: 1754991910851,
    transaction_id: '5ccad959-0bf4-4472-a3dd-d57e2b61b5a9',
    data: {
      '@entity': paginatedListEntity,
      items: [exampleDocument],
    },
  },
  errors: [...sdkTokenErrors, 'invalid_session_lifecycle'],
} as const satisfies Endpoint;
