import { type DocTypeName, docTypes } from '@tijori/wire';

/** A document type with the issued items that were found for it. */
export interface ConsentedDocuments<Item> {
  docType: DocTypeName;
  items: Item[];
}

/**
 * Which of the requested types were consented: those for which the upstream lists at least one document, since it
 * lists only what the person ticked (entitylocker-upstream §6). Matching goes by the five-letter code; issuer ids drift
 * (entitylocker-upstream §9 no. 8). Items that nobody asked for are left out.
 */
export function consentedDocuments<Item extends { upstreamCode: string }>(
  requested: readonly DocTypeName[],
  issued: readonly Item[],
): ConsentedDocuments<Item>[] {
  const found: ConsentedDocuments<Item>[] = [];
  for (const type of docTypes) {
    if (!requested.includes(type.name)) continue;
    const items = issued.filter((item) => item.upstreamCode === type.upstreamCode);
    if (items.length > 0) found.push({ docType: type.name, items });
  }
  return found;
}
