/** One kind of document that a session can ask for, and how EntityLocker names it. */
export interface DocType {
  /** The vendor's name, as in `doc_types[]` and in the path (sandbox-api §1.2; "udhyam" is its spelling). */
  name: string;
  /** What a person reads on the consent page. */
  title: string;
  /** Why it is asked for, in one line of plain words. */
  use: string;
  /** EntityLocker's five-letter code, the second part of a document's URI (entitylocker-upstream §3). */
  upstreamCode: string;
  /** Issuer ids seen for it. Matching goes by code first; an unknown issuer is accepted and kept as it came. */
  issuerIds: readonly string[];
  /** Issuer name that goes out when the upstream list has none. */
  issuer: string;
  /** The rendition that is fetched and delivered (sandbox-api §9 no. 15). */
  mime: 'application/pdf' | 'application/xml';
}
