import { momentText } from '../output.ts';
import type { DocumentFinding } from './check-documents.ts';
import type { KnownBefore, PackFindings } from './check-pack.ts';
import { packFiles } from './pack-format.ts';

/** What a pack proves and what it does not, in sentences for people who know nothing of signatures. */
export interface Statements {
  proved: string[];
  notProved: string[];
}

type Content = NonNullable<PackFindings['content']>;

/** Of a pack without faults. */
export function statementsOf(content: Content, before: KnownBefore): Statements {
  const { pack, documents, audit } = content;
  const proved = [
    `Nothing in the pack was changed, added or taken out since the key ${pack.kid} signed it${before.kid === null ? '' : ', which is the key that you named'}.`,
  ];
  const notProved: string[] = [];
  for (const document of documents) tellDocument(document, before, { proved, notProved });
  tellConsent(content, { proved, notProved });
  if (audit.head && audit.proved > 0) {
    proved.push(
      `${audit.proved} steps of the session stand in the audit log under the head of ${audit.head.size} entries that was signed ${momentText(audit.head.atMs)}${content.isHeadKept ? ', which is one of those that you kept' : ''}.`,
    );
  }
  if (audit.newer > 0) {
    notProved.push(
      `${audit.newer} steps are newer than the head, so that only the signature of the pack speaks for them.`,
    );
  }
  if (before.kid === null) {
    notProved.push(
      `Whose key ${pack.kid} is: ask ${pack.manifest.workspace.name || 'whoever gave you the pack'} by another way (their gateway shows it at /.well-known/jwks.json), and name it with --key.`,
    );
  }
  if (audit.head && content.isHeadKept === null) {
    notProved.push(
      'That the log was not written anew before the head was signed: hold it against heads that were kept elsewhere, with --heads.',
    );
  }
  notProved.push(
    'That these are all the steps there were, and that clocks were right: times are those of the gateway and of the signers.',
    'That what the documents say is true, or still so: that is for those who issued them.',
  );
  return { proved, notProved };
}

function tellDocument(finding: DocumentFinding, before: KnownBefore, { proved, notProved }: Statements): void {
  const { file, name, recorded, again } = finding;
  if (file === null) {
    const what = finding.state === 'erased' ? 'it was erased' : `its state was "${finding.state}"`;
    const digest = finding.sha256 ? ` Its SHA-256 was ${finding.sha256}.` : '';
    notProved.push(`${name}: the original is not in the pack, since ${what}.${digest}`);
    return;
  }
  if (again?.state !== 'genuine') {
    const words = again?.reason ? `${again.state} (${again.reason})` : (again?.state ?? 'without a verdict');
    const then = recorded && recorded.state !== again?.state ? `; the gateway had found it ${recorded.state}` : '';
    notProved.push(`${file}: that it is genuine. It is ${words}${then}.`);
    return;
  }
  const root = again.chain.at(-1);
  const where = before.trust ? 'a root of your trust folder' : 'a root that came with the pack';
  proved.push(
    `${file} is as ${again.signer?.organization ?? again.signer?.subject} (${again.signer?.commonName ?? 'no common name'}) signed it. The chain ends at ${where}: ${root?.subject}, SHA-256 ${root?.sha256}.`,
  );
  if (again.revocation.status === 'unknown') {
    notProved.push(`${file}: that no certificate of its chain was revoked; no list of that day speaks of all of them.`);
  }
  if (again.algorithm && /sha1/.test(`${again.algorithm.signature} ${again.algorithm.digest}`)) {
    notProved.push(`${file}: that nobody forged it with effort; it is signed with SHA-1.`);
  }
  if (!before.trust) {
    notProved.push(`${file}: that its root is one to believe. Compare its SHA-256, or name a folder with --trust.`);
  }
}

function tellConsent({ pack: { consent, files } }: Content, { proved, notProved }: Statements): void {
  const receipt = files.has(packFiles.receipt);
  if (!consent) {
    notProved.push('That anybody consented: the pack has no consent record.');
    return;
  }
  if (consent.notice) {
    proved.push(
      `The consent record holds the very words that were shown (${consent.notice.language}, version ${consent.notice.version}).`,
    );
  }
  if (receipt) proved.push('The receipt of the consent is signed by the same key, and is of this session.');
  notProved.push(
    'That the person consented, beyond the word of the gateway and what EntityLocker named the transaction in consent/record.json.',
  );
}
