import Type, { type Static } from 'typebox';
import { nullable } from '../../nullable.ts';
import { type VerdictReason, type VerdictState, verdictReasons, verdictStates } from '../../verdicts.ts';

const keysOf = <Name extends string>(table: Record<Name, unknown>) => Object.keys(table) as [Name, ...Name[]];
const digest = (description: string) =>
  Type.String({ description, examples: ['52e482a5be67045886972dcf5fd7bb3ccbf4a67bfed06ad6d49e546963be1323'] });
const time = (description: string) => Type.Integer({ description, examples: [1763800000000] });
const subject = 'CN=GSTN specimen signer (TEST),O=TEST - not a government authority,C=IN';

const Signer = Type.Object(
  {
    subject: Type.String({ description: 'Name in the certificate, most specific part first.', examples: [subject] }),
    common_name: nullable(Type.String({ description: 'Its `CN`.', examples: ['GSTN specimen signer (TEST)'] })),
    organization: nullable(Type.String({ description: 'Its `O`.', examples: ['TEST - not a government authority'] })),
    issuer: Type.String({
      description: 'Name of the authority that issued it.',
      examples: ['CN=Tijori TEST issuing CA'],
    }),
    serial: Type.String({ description: 'Serial number, hex.', examples: ['1011'] }),
    sha256: digest('Fingerprint: hex SHA-256 of the certificate.'),
  },
  {
    description:
      'Whose certificate came with the signature. Proved only when the verdict is `genuine`, `revoked` or `expired_signer`.',
  },
);

const ChainLink = Type.Object(
  {
    subject: Type.String({ description: 'Name in the certificate.', examples: [subject] }),
    sha256: digest('Fingerprint: hex SHA-256 of the certificate.'),
    valid_from: time('Valid from, ms since the epoch.'),
    valid_to: time('Valid to, ms since the epoch.'),
  },
  { description: 'One certificate.' },
);

const UsedList = Type.Object(
  {
    issuer: Type.String({
      description: 'Name of the authority whose list it is.',
      examples: ['CN=Tijori TEST issuing CA'],
    }),
    sha256: digest('Hex SHA-256 of the list.'),
    this_update: time('When the list was made, ms since the epoch.'),
    next_update: nullable(time('When the next one was due, ms since the epoch.')),
  },
  { description: 'One revocation list.' },
);

/** What a document's own signature proves, by whom, and on the strength of what. */
export const Verdict = Type.Object(
  {
    state: Type.Enum(keysOf<VerdictState>(verdictStates), {
      description: `What it proves: ${keysOf<VerdictState>(verdictStates)
        .map((state) => `\`${state}\` (${verdictStates[state]})`)
        .join(' ')}.`,
      examples: ['genuine'],
    }),
    reason: nullable(
      Type.Enum(keysOf<VerdictReason>(verdictReasons), {
        description: 'Why it is not `genuine`; else null. docs/verification.md has the meaning of each.',
        examples: [null],
      }),
    ),
    judged_at: time('When it was judged: right after it was fetched, ms since the epoch.'),
    format: Type.Enum(['xml', 'pdf', 'unknown'], { description: 'What the bytes are.', examples: ['xml'] }),
    signer: nullable(Signer),
    signed_at: nullable(
      time("When it was signed, by the signer's own word, ms since the epoch; null where the signature does not say."),
    ),
    valid_at: time(
      'The time at which the certificates had to be valid, ms since the epoch: `signed_at`, or else `judged_at`.',
    ),
    algorithm: nullable(
      Type.Object(
        {
          signature: Type.String({ description: 'Of the signature.', examples: ['rsa-sha256'] }),
          digest: Type.String({ description: 'Of the content.', examples: ['sha256'] }),
        },
        { description: 'Algorithms of the signature; null without one.' },
      ),
    ),
    chain: Type.Array(ChainLink, {
      description: 'From the signer to the pinned root; empty where there is no such way.',
    }),
    revocation: Type.Object(
      {
        status: Type.Enum(['good', 'revoked', 'unknown'], {
          description: '`unknown`: some certificate of the chain has no list that was current when it was judged.',
          examples: ['good'],
        }),
        revoked_at: nullable(time('Since when, ms since the epoch.')),
        lists: Type.Array(UsedList, { description: 'The lists that were looked into.' }),
      },
      { description: 'Whether a certificate of the chain was revoked.' },
    ),
    covered: Type.Object(
      {
        scope: Type.Enum(['whole', 'part', 'none'], {
          description:
            '`whole`: everything but the signature itself is signed. `part`: only some of it. `none`: no signature fits.',
          examples: ['whole'],
        }),
        bytes: Type.Integer({
          description:
            'How many bytes the signature covers: of a PDF those of the file, of an XML those of its canonical form.',
          examples: [1257],
        }),
        paths: Type.Array(Type.String(), {
          description: 'XML: elements and attributes that the signature covers, 300 at most.',
          examples: [['Certificate', 'Certificate/@number', 'Certificate/IssuedTo/Organization/@name']],
        }),
      },
      { description: 'Which part of the document the signature is about.' },
    ),
    active_content: Type.Array(Type.String(), {
      description:
        'PDF: what acts by itself when the file is opened, such as `javascript`, `open_action`, `launch` or `embedded_file`. The verdict does not depend on it.',
      examples: [[]],
    }),
    trust: Type.Object(
      {
        store: Type.String({ description: 'Which trust store: that of the mode.', examples: ['test'] }),
        sha256: digest('Hex SHA-256 over all that was in it.'),
      },
      { description: 'On the strength of what it was judged.' },
    ),
  },
  { description: 'What the document’s own signature proves. It never holds up a download.' },
);
export type Verdict = Static<typeof Verdict>;

const at = 1763800092000;

/** A verdict as a caller would get it. */
export const verdictExample: Verdict = {
  state: 'genuine',
  reason: null,
  judged_at: at,
  format: 'xml',
  signer: {
    subject,
    common_name: 'GSTN specimen signer (TEST)',
    organization: 'TEST - not a government authority',
    issuer: 'CN=Tijori TEST issuing CA,O=TEST - not a government authority,C=IN',
    serial: '1011',
    sha256: 'd89eae1c944f374478afcaec06f5fd26689d07badc0c02ce27596e6460ef3839',
  },
  signed_at: null,
  valid_at: at,
  algorithm: { signature: 'rsa-sha256', digest: 'sha256' },
  chain: [
    {
      subject,
      sha256: 'd89eae1c944f374478afcaec06f5fd26689d07badc0c02ce27596e6460ef3839',
      valid_from: 946684800000,
      valid_to: 4102444799000,
    },
    {
      subject: 'CN=Tijori TEST root (not a government authority),O=TEST - not a government authority,C=IN',
      sha256: '52e482a5be67045886972dcf5fd7bb3ccbf4a67bfed06ad6d49e546963be1323',
      valid_from: 946684800000,
      valid_to: 4102444799000,
    },
  ],
  revocation: {
    status: 'good',
    revoked_at: null,
    lists: [
      {
        issuer: 'CN=Tijori TEST issuing CA,O=TEST - not a government authority,C=IN',
        sha256: 'b9ec2fc407b52ebb3484e04443817284595cf88818784f1e048b427f337f3a64',
        this_update: 1009843200000,
        next_update: 4102444799000,
      },
    ],
  },
  covered: { scope: 'whole', bytes: 1257, paths: ['Certificate', 'Certificate/@number'] },
  active_content: [],
  trust: { store: 'test', sha256: '709943c0439bba4483f106f9bac3034fbaffc9208b5c370f37cd67606f90f43b' },
};
