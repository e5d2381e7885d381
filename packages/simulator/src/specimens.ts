/**
 * For whoever tests a verifier: specimens by document and fault, and ways to seal one with a key of one's own.
 */
export { catalogueOf, draft, type Rendition, render } from './certificates/catalogue.ts';
export { type SealFault, sealFaults } from './certificates/seal-faults.ts';
export { sealPdf } from './certificates/seal-pdf.ts';
export { forgedName, sealXml } from './certificates/seal-xml.ts';
export { appendToRoot, signatureOf } from './certificates/sign-xml.ts';
export { loadPeople } from './personas/people.ts';
export type { Document, Entity } from './personas/persona.ts';
export type { SpecimenSigner } from './pki/test-pki.ts';
