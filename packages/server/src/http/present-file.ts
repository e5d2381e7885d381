import { type DriveFile, driveFileEntity } from '@tijori/wire';
import { toVendorDate } from '../domain/document.ts';
import type { Delivery } from '../usecases/documents/deliver.ts';

/** The vendor's file, its five metadata keys in its own mixed case (sandbox-api §1.4). */
export function toWireFile({ document, url }: Delivery): DriveFile {
  const fetchedOn = new Date(document.held?.fetchedAtMs ?? 0).toISOString();
  return {
    '@entity': driveFileEntity,
    url,
    size: document.held?.sizeBytes ?? 0,
    metadata: {
      ContentType: document.held?.contentType ?? '',
      issuer_id: document.issuerId,
      issuer: document.issuer,
      LastModified: toVendorDate(document.issuedOn ?? fetchedOn),
      description: document.description,
    },
  };
}
