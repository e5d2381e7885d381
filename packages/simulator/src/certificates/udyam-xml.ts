import { dayMonthYear } from '../dates.ts';
import type { Entity, UdyamCertificate } from '../personas/persona.ts';
import { issuedBy } from './issued-by.ts';
import { element, type Xml, xmlDocument } from './xml.ts';

/** Udyam certificate (entitylocker-upstream §3; sandbox-api §1.11). "Udaym" and "enterpreneur" are the real spelling. */
export function udyamXml(entity: Entity, document: UdyamCertificate): string {
  const attributes = {
    language: '99',
    name: 'Udaym Certificate',
    type: 'UDCER',
    number: document.udyamNumber,
    prevNumber: '',
    issuedAt: '',
    issueDate: dayMonthYear(document.issuedOn),
    validFromDate: dayMonthYear(document.issuedOn),
    status: document.standing ?? 'A',
  };
  const { flat, premises, city, state, pin } = document.address;
  // An Enterprise, not an Organization, and its address has attributes of its own.
  const enterprise = { name: entity.name.toUpperCase(), phone: document.phone, email: document.email };
  const issuedTo = element('Enterprise', enterprise, [
    element('Address', { flatDoorBlockNo: flat, nameOfPremisesBuilding: premises, city, state, pin }),
  ]);
  return xmlDocument(
    element('Certificate', attributes, [
      issuedBy('UDCER'),
      element('IssuedTo', {}, [issuedTo]),
      element('CertificateData', {}, [registration(document)]),
    ]),
  );
}

function registration(document: UdyamCertificate): Xml {
  const attributes = {
    udyamRegNo: document.udyamNumber,
    dateOfReg: dayMonthYear(document.issuedOn),
    majorActivity: document.majorActivity,
    dateOfIncorporation: dayMonthYear(document.dateOfIncorporation),
    dateOfCommencement: dayMonthYear(document.dateOfCommencement),
    enterpreneurCategory: document.entrepreneurCategory,
  };
  return element('UdyamRegistrationCertificate', attributes, [
    numbered(
      'TypeOfEnterprise',
      'Enterprise',
      document.enterpriseTypes.map((type) => ({ type })),
    ),
    numbered(
      'NameOfUnits',
      'Unit',
      document.units.map((name) => ({ name })),
    ),
    numbered('NationalIndustryClassification', 'Classification', document.activities),
  ]);
}

/** `<NameOfUnits><Unit1 …/><Unit2 …/></NameOfUnits>`: the position is part of the element's name. */
function numbered(list: string, item: string, entries: readonly Record<string, string>[]): Xml {
  return element(
    list,
    {},
    entries.map((entry, index) => element(`${item}${index + 1}`, entry)),
  );
}
