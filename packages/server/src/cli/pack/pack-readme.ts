import type { Session } from '../../domain/session.ts';

/** What stands in the pack for whoever opens it without knowing what it is. */
export function packReadme({ id, mode }: Pick<Session, 'id' | 'mode'>): string {
  const test = mode === 'test' ? '\nThis is test data: no person, company or document in it is real.\n' : '';
  return `Evidence of consent session ${id}
${test}
documents/        the documents as EntityLocker delivered them, unchanged
documents.json    what is known about each, with the verdict on its signature
trust/            certificates and revocation lists on which the verdicts rest, as they were on that day
consent/          what was asked, in which words, what was granted, how it ended; a signed receipt of it (JWS)
audit/            what was recorded of the session, with a proof that it stands under a signed head of the audit log
manifest.jws      size and SHA-256 of every other file, signed (JWS, EdDSA)

To check it, with no network, server or database:

  tijori evidence verify PACK [--trust FOLDER] [--key ID] [--heads FILE]

It says what is proved and what is not. Any change to any byte of this archive is found.
Keep the archive as it is: unpacked and packed again it is another one.
`;
}
