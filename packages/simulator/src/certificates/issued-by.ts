import type { Doctype } from '../personas/persona.ts';
import { catalogue } from './catalogue-data.ts';
import { element, type Xml } from './xml.ts';

/** The generic `IssuedBy` (entitylocker-upstream §4.1). Unknown attributes are there and blank, as in the samples. */
export function issuedBy(doctype: Doctype): Xml {
  const { issuer, issuerId } = catalogue[doctype];
  const address = {
    type: 'official',
    line1: '',
    line2: '',
    house: '',
    landmark: '',
    locality: '',
    vtc: '',
    district: '',
  };
  return element('IssuedBy', {}, [
    element('Organization', { name: `${issuer} (SPECIMEN)`, code: issuerId, tin: '', uid: '', type: 'CG' }, [
      element('Address', { ...address, pin: '', state: '', country: 'IN' }),
    ]),
  ]);
}
