import { gstinCheckCharacter } from '../personas/identifiers.ts';
import type { Document, Entity, GstDetails } from '../personas/persona.ts';
import type { EntityChange } from './effect.ts';

/** The entity as a scenario has it. Pages, list and downloads all see this one, so they agree. */
export function changedEntity(entity: Entity, change: EntityChange | undefined): Entity {
  return change === undefined ? entity : { ...entity, documents: changes[change](entity.documents) };
}

const changes: Record<EntityChange, (documents: Document[]) => Document[]> = {
  last_document_missing: (documents) => documents.slice(0, -1),
  name_mismatch: (documents) =>
    documents.map((d) => (d.doctype === 'GSTND' ? { ...d, holder: 'Otherwise Named Specimen Enterprises' } : d)),
  // The published sample has no status of the registration, so the taxpayer type says it too (entitylocker-upstream §3).
  gst_cancelled: (documents) =>
    documents.map((d) =>
      d.doctype === 'GSTND' ? { ...d, taxpayerType: `${d.taxpayerType} (cancelled)`, standing: 'R' } : d,
    ),
  company_struck_off: (documents) => documents.map((d) => (d.doctype === 'CPMTD' ? { ...d, status: 'Strike Off' } : d)),
  udyam_surrendered: (documents) =>
    documents.map((d) =>
      d.doctype === 'UDCER' ? { ...d, enterpriseTypes: ['Surrendered, no longer registered'], standing: 'R' } : d,
    ),
  pan_mismatch: (documents) => {
    const last = documents.findLast((d) => d.doctype === 'GSTND');
    return documents.map((d) => (d === last && d.doctype === 'GSTND' ? withForeignPan(d) : d));
  },
};

/** The PAN becomes one of a natural person (`P`), or of a company where it is one already; the check character fits. */
function withForeignPan(document: GstDetails): GstDetails {
  const { gstin } = document;
  const letter = gstin[5] === 'P' ? 'C' : 'P';
  const first14 = `${gstin.slice(0, 5)}${letter}${gstin.slice(6, 14)}`;
  const changed = first14 + gstinCheckCharacter(first14);
  return { ...document, gstin: changed, uri: document.uri.replace(gstin, changed) };
}
