import Type, { type Static } from 'typebox';
import { nullable } from '../../nullable.ts';
import { type VerdictState, verdictStates } from '../../verdicts.ts';
import type { Endpoint } from '../endpoint.ts';
import { SessionParams } from '../params.ts';
import { DocumentType, Purpose } from './fields.ts';

const states = Object.keys(verdictStates) as [VerdictState, ...VerdictState[]];
const words = (description: string, example: string) => Type.String({ description, examples: [example] });
const maybe = (description: string, example: string) =>
  nullable(words(`${description} Null where the document does not say.`, example));
const personal = (description: string, example: string) =>
  nullable(words(`${description} Personal: null unless \`personal_for\` says what it is wanted for.`, example));

const documentId = 'a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11';

const Source = Type.Object(
  {
    document_id: words('Id of the document.', documentId),
    type: DocumentType,
    verdict: nullable(
      Type.Enum(states, { description: 'Its verdict; null before it was fetched.', examples: ['genuine'] }),
    ),
    read_from: Type.Enum(['signed_content', 'signed_text', 'listing'], {
      description:
        '`signed_content`: what the signature of a genuine document covers. `signed_text`: the letters on the pages of a genuine PDF, which its signature covers, read by the labels beside them; it is made for people, so look at the document before much depends on it. `listing`: the entry in EntityLocker’s list, which is not signed.',
      examples: ['signed_content'],
    }),
  },
  { description: 'Where it was read.' },
);

const Address = Type.Object(
  {
    text: words('The address in one line.', 'Unit 0, Pretend Mill Compound, Nowhere Road, Mumbai, Maharashtra, 400000'),
    district: maybe('District or city.', 'Mumbai'),
    pin: maybe('Postal code.', '400000'),
    state_code: nullable(words('GST code of the state; null where its name is not known.', '27')),
    state: maybe('State, as the document writes it.', 'Maharashtra'),
  },
  { description: 'Address.' },
);

const companyFields = [
  'name',
  'registrar',
  'category',
  'sub_category',
  'company_class',
  'incorporated_on',
  'listed',
  'address',
  'status',
  'authorised_capital_rupees',
  'paid_up_capital_rupees',
  'last_annual_meeting_on',
  'last_balance_sheet_on',
  'email',
  'directors',
] as const;

const notFound = 'Null where it was not read: `unread` says why.';
const found = (description: string, example: string) => nullable(words(`${description} ${notFound}`, example));
const rupees = (description: string, example: number) =>
  nullable(Type.Integer({ description: `${description}, in rupees. ${notFound}`, examples: [example] }));

const Director = Type.Object(
  {
    name: personal('Name.', 'ASHA NAMUNA'),
    din: personal('Director identification number; also null for a signatory who has none.', '99999999'),
    appointed_on: nullable(words('Since when, `YYYY-MM-DD`; null where the document does not say.', '2014-07-01')),
  },
  { description: 'A director or signatory.' },
);

const CompanyMasterData = Type.Object(
  {
    name: found('Registered name.', 'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED'),
    registrar: found('Registrar of companies.', 'RoC Specimen'),
    category: found('Category.', 'Company limited by shares'),
    sub_category: found('Sub-category.', 'Non-government company'),
    company_class: found('Class, as the document writes it.', 'Private'),
    incorporated_on: found('Date of incorporation, `YYYY-MM-DD`.', '2014-07-01'),
    listed: nullable(Type.Boolean({ description: `Whether it is listed. ${notFound}`, examples: [false] })),
    address: nullable(Address),
    status: found('Status, as the document writes it.', 'Active'),
    standing: Type.Enum(
      [
        'active',
        'dormant',
        'being_struck_off',
        'struck_off',
        'in_liquidation',
        'dissolved',
        'merged',
        'converted',
        'unknown',
      ],
      {
        description: 'What the status means; `unknown` for words that are not known, and for none.',
        examples: ['active'],
      },
    ),
    authorised_capital_rupees: rupees('Authorised capital', 50_000_000),
    paid_up_capital_rupees: rupees('Paid-up capital', 32_500_000),
    last_annual_meeting_on: found('Day of the last annual general meeting, `YYYY-MM-DD`.', '2024-09-27'),
    last_balance_sheet_on: found('Day of the last balance sheet, `YYYY-MM-DD`.', '2024-03-31'),
    email: personal(
      'E-mail address of the company; also null where it was not read.',
      'accounts@neelkamal-specimen.example',
    ),
    directors: nullable(
      Type.Array(Director, {
        description: `Directors and signatories: all that the document names, or null. ${notFound}`,
      }),
    ),
    unread: Type.Array(
      Type.Object(
        {
          field: Type.Enum([...companyFields], { description: 'The field.', examples: ['listed'] }),
          reason: Type.Enum(['not_in_document', 'ambiguous', 'not_understood'], {
            description:
              '`not_in_document`: no label of it was found. `ambiguous`: it stands there more than once, and differs. `not_understood`: what stands there is not written as such a thing is.',
            examples: ['not_in_document'],
          }),
        },
        { description: 'A field that was not read.' },
      ),
      { description: 'Fields that were not read, each with the reason.' },
    ),
    source: Source,
  },
  { description: 'What the company’s master details, a PDF, say.' },
);

const Standing = Type.Enum(['active', 'expired', 'revoked', 'suspended', 'unknown'], {
  description: 'What the document says about its own standing; most say nothing: `unknown`.',
  examples: ['unknown'],
});

const Company = Type.Object(
  {
    cin: words('Corporate identity number.', 'U99999ZZ2014PTC999901'),
    name: nullable(
      words(
        'Name, as EntityLocker’s profile of the entity has it: not signed. Null where it did not say, and once the profile is gone.',
        'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED',
      ),
    ),
    incorporated_on: nullable(
      words('Date of incorporation, `YYYY-MM-DD`, from the same place as the name.', '2014-07-01'),
    ),
    state_code: nullable(
      words('GST code of the state of registration, by its CIN; null for letters that are not known.', '27'),
    ),
    listed: Type.Boolean({ description: 'Whether it is listed, by its CIN.', examples: [false] }),
    company_class: nullable(words('Class, by its CIN; null for a class that is not known.', 'private')),
    incorporation_year: Type.Integer({ description: 'Year of incorporation, by its CIN.', examples: [2014] }),
    industry_code: words('Industry, five digits, by its CIN.', '99999'),
    registration_number: words('Number at the registrar, by its CIN.', '999901'),
    master_data: nullable(CompanyMasterData),
    source: Source,
  },
  {
    description:
      'The company. The CIN is that of EntityLocker’s list, name and date are those of its profile; `master_data` is what the document itself says, null where nothing was read from it (`not_read`).',
  },
);

const NotRead = Type.Object(
  {
    document_id: words('Id of the document.', documentId),
    type: DocumentType,
    verdict: nullable(
      Type.Enum(states, { description: 'Its verdict; null before it was fetched.', examples: ['altered'] }),
    ),
    reason: Type.Enum(
      [
        'not_fetched',
        'gone',
        'not_genuine',
        'unknown_kind',
        'no_text',
        'other_company',
        'too_large',
        'took_too_long',
        'reader_failed',
      ],
      {
        description:
          '`not_fetched`: it has not come. `gone`: its time is over. `not_genuine`: see its verdict. `unknown_kind`: genuine, but not of a kind that is known. `no_text`: a PDF of pictures. `other_company`: it names another CIN than EntityLocker’s list. `too_large`: more than 50 pages, or more than 32 MiB unpacked. `took_too_long`: reading took more than 2 seconds. `reader_failed`: the reader could not read it, or needed more than 256 MB.',
        examples: ['not_genuine'],
      },
    ),
  },
  { description: 'A document from which nothing was read.' },
);

const GstRegistration = Type.Object(
  {
    gstin: words('GST number.', '27ZZZCZ9999Z1ZJ'),
    gstin_fault: nullable(
      words('What is wrong with the number itself; null when it is well formed.', 'has a wrong check character'),
    ),
    pan: nullable(words('The PAN in it; null where it has none.', 'ZZZCZ9999Z')),
    state_code: nullable(words('State of the registration: the first two digits.', '27')),
    legal_name: words('Legal name of the business.', 'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED'),
    trade_name: maybe('Trade name.', 'Neelkamal Weaves & Yarns'),
    constitution: maybe('Constitution of the business.', 'Private Limited Company'),
    taxpayer_type: maybe('Kind of taxpayer.', 'Regular'),
    registered_on: maybe('Date of registration, `YYYY-MM-DD`.', '2017-07-01'),
    last_updated_on: maybe('Date of the last change, `YYYY-MM-DD`.', '2025-06-30'),
    standing: Standing,
    state_jurisdiction: maybe('Jurisdiction of the state.', 'State - Maharashtra, Ward - SPECIMEN-000'),
    address: Address,
    phone: personal('Phone number.', '5550000011'),
    email: personal('E-mail address.', 'accounts@neelkamal-specimen.example'),
    source: Source,
  },
  { description: 'One GST registration; a business has one for each state.' },
);

const Udyam = Type.Object(
  {
    number: words('Udyam registration number.', 'UDYAM-ZZ-00-0000001'),
    number_fault: nullable(
      words('What is wrong with the number itself; null when it is well formed.', 'has not seven digits at its end'),
    ),
    name: words('Name of the enterprise.', 'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED'),
    major_activity: maybe('Major activity.', 'Manufacturing'),
    registered_on: maybe('Date of registration, `YYYY-MM-DD`.', '2021-01-15'),
    incorporated_on: maybe('Date of incorporation, `YYYY-MM-DD`.', '2014-07-01'),
    commenced_on: maybe('Date of commencement, `YYYY-MM-DD`.', '2014-10-02'),
    standing: Standing,
    address: Address,
    enterprise_classes: Type.Array(Type.String(), {
      description:
        'Size class of each year of classification, in the order of the certificate: `micro`, `small`, `medium`.',
      examples: [['small', 'small', 'micro']],
    }),
    units: Type.Array(Type.String(), {
      description: 'Names of the units.',
      examples: [['Neelkamal Specimen Dye House']],
    }),
    activities: Type.Array(
      Type.Object(
        {
          nic_code: words(
            'Code of the national industry classification, as long as it is given: five digits at most.',
            '13121',
          ),
          description: maybe('What the code stands for.', 'Weaving of cotton fabrics'),
          activity: maybe('Manufacturing, services or trading.', 'Manufacturing'),
        },
        { description: 'One activity.' },
      ),
      { description: 'Activities.' },
    ),
    social_category: personal('Social category of the entrepreneur.', 'General'),
    phone: personal('Phone number.', '5550000011'),
    email: personal('E-mail address.', 'accounts@neelkamal-specimen.example'),
    source: Source,
  },
  { description: 'The Udyam registration.' },
);

const Check = Type.Object(
  {
    rule: Type.Enum(
      [
        'name',
        'pan',
        'pan_holder',
        'state',
        'incorporation_year',
        'incorporation_date',
        'date_order',
        'standing',
        'address',
        'expected_entity',
      ],
      {
        description:
          'What was held against what. `date_order`: nothing is registered before it was incorporated. `standing`: what a company’s status and a registration say about being active.',
        examples: ['name'],
      },
    ),
    between: words('The two things, in words.', 'GST legal name and Udyam name'),
    outcome: Type.Enum(['match', 'close', 'differs', 'unknown'], {
      description: '`close`: probably the same; somebody should look. `unknown`: one side says nothing.',
      examples: ['match'],
    }),
    score: Type.Number({ description: 'From 0 to 1.', examples: [1] }),
    reason: words('Why, in words.', 'the same words'),
  },
  { description: 'One comparison.' },
);

const SessionDataQuery = Type.Object(
  {
    personal_for: Type.Optional({
      ...Purpose,
      description:
        'What personal fields are wanted for: letters, digits, spaces inside, underscores; 100 at most. It is recorded in the timeline of the session (`personal_data.read`).',
    }),
  },
  { additionalProperties: false },
);
/** Query of `GET /v1/sessions/{session_id}/data`. */
export type SessionDataQuery = Static<typeof SessionDataQuery>;

const SessionDataResponse = Type.Object({
  session_id: words('Id of the session.', '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60'),
  personal: Type.Enum(['masked', 'shown'], { description: 'Whether personal fields are shown.', examples: ['masked'] }),
  company: nullable(Company),
  gst_registrations: Type.Array(GstRegistration, {
    description: 'GST registrations, in the order of EntityLocker’s list.',
  }),
  udyam: nullable(Udyam),
  checks: Type.Array(Check, {
    description: 'The documents held against each other and against `expected_entity`: only what genuine ones say.',
  }),
  not_read: Type.Array(NotRead, { description: 'Documents from which nothing was read, each with the reason.' }),
});
/** Answer of `GET /v1/sessions/{session_id}/data`. */
export type SessionDataResponse = Static<typeof SessionDataResponse>;

/** `GET /v1/sessions/{session_id}/data`: what genuine documents say, typed and in one form. */
export const sessionData = {
  method: 'GET',
  path: '/v1/sessions/{session_id}/data',
  family: 'tijori',
  summary: 'What the genuine documents of a session say, typed, read from what is signed alone.',
  credentials: 'key_and_token',
  params: SessionParams,
  query: SessionDataQuery,
  response: SessionDataResponse,
  responseExample: {
    session_id: '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60',
    personal: 'masked',
    company: null,
    gst_registrations: [],
    udyam: null,
    checks: [],
    not_read: [{ document_id: documentId, type: 'gstn_details', verdict: 'altered', reason: 'not_genuine' }],
  },
  errors: [
    'session_not_found',
    'invalid_query',
    'invalid_access_token',
    'access_token_expired',
    'insufficient_privilege',
  ],
  errorFormat: 'problem',
} as const satisfies Endpoint;
