import { dayMonthYear } from '../dates.ts';
import type { Entity, GstDetails } from '../personas/persona.ts';
import { issuedBy } from './issued-by.ts';
import { element, xmlDocument } from './xml.ts';

/** GSTN Details (entitylocker-upstream §3, §4.1; sandbox-api §1.11). `status` is blank, as in the sample, unless told otherwise. */
export function gstDetailsXml(entity: Entity, document: GstDetails): string {
  const legalName = entity.name.toUpperCase();
  const { line1, district, pin, state } = document.address;
  const attributes = {
    language: '99',
    name: 'GSTN Details',
    type: 'GSTND',
    number: document.gstin,
    prevNumber: '',
    issuedAt: state,
    issueDate: dayMonthYear(document.issuedOn),
    validFromDate: dayMonthYear(document.issuedOn),
    status: document.standing ?? '',
  };
  const issuedTo = element(
    'Organization',
    { uid: '', title: '', name: legalName, phone: entity.mobile, email: entity.email },
    [
      element('Address', {
        type: 'official',
        line1,
        line2: '',
        house: '',
        landmark: '',
        locality: '',
        vtc: '',
        district,
        pin,
        state,
        country: 'IN',
      }),
    ],
  );
  const details = element('GSTNDetails', {
    taxpayerType: document.taxpayerType,
    gstidentificationNumber: document.gstin,
    dateofRegistration: dayMonthYear(document.issuedOn),
    lastupdatedDate: dayMonthYear(document.lastUpdated),
    tradeName: document.tradeName,
    legalnameofBusiness: legalName,
    constitutionofBusiness: document.constitution,
    stateJurisdiction: document.stateJurisdiction,
  });
  return xmlDocument(
    element('Certificate', attributes, [
      issuedBy('GSTND'),
      element('IssuedTo', {}, [issuedTo]),
      element('CertificateData', {}, [details]),
    ]),
  );
}
