import { catalogue } from '../certificates/catalogue-data.ts';
import { derivedUuid } from '../secrets.ts';
import { gstinFault, isCin, isMobile, isSyntheticDin, isUdyamNumber, panFitsKind, panOf } from './identifiers.ts';
import { type Document, type Entity, entityKinds, type Persona, type Upload, type Variants } from './persona.ts';
import { type Reader, readerOf } from './reader.ts';

/** One persona out of parsed JSON. `faults` gets a line for each thing that is wrong; then the result is no good. */
export function readPersona(value: unknown, faults: string[]): Persona {
  const root = readerOf(value, '$', faults);
  if (root.has('$schema')) root.text('$schema');
  const source = root.object('person');
  const mobile = source.text('mobile', mobileFault);
  const person = {
    id: derivedUuid('person', mobile),
    name: source.text('name'),
    mobile,
    dateOfBirth: source.date('dob'),
    gender: source.oneOf('gender', ['F', 'M', 'T']),
    ...(source.has('pin') && { pin: source.text('pin', pinFault) }),
  };
  source.end();
  const entities = root.list('entities').map((entity) => readEntity(entity, mobile));
  if (entities.length === 0) root.fault('entities', 'must have at least one entity');
  if (new Set(entities.map((entity) => entity.name)).size < entities.length) {
    root.fault('entities', 'has two entities of one name');
  }
  const variants = root.has('variants') ? readVariants(root.object('variants')) : {};
  root.end();
  return { person, entities, variants };
}

function readVariants(source: Reader): Partial<Variants> {
  const variants = {
    ...(source.has('mime') && { mime: source.oneOf<Variants['mime']>('mime', ['list', 'string']) }),
    ...(source.has('date') && { date: source.oneOf<Variants['date']>('date', ['d-m-Y', 'iso']) }),
    ...(source.has('status') && { status: source.oneOf<Variants['status']>('status', ['usual', 'blank']) }),
  };
  source.end();
  return variants;
}

function readEntity(source: Reader, personMobile: string): Entity {
  const name = source.text('name');
  const entity: Entity = {
    id: derivedUuid('entity', `${personMobile}:${name}`),
    name,
    kind: source.oneOf('kind', entityKinds),
    dateOfIncorporation: source.date('dateOfIncorporation'),
    email: source.text('email', emailFault),
    mobile: source.text('mobile', mobileFault),
    verifiedBy: source.oneOf('verifiedBy', ['cin', 'pan', 'udyam']),
    documents: source.list('documents').map(readDocument),
    uploads: source.has('uploads') ? source.list('uploads').map(readUpload) : [],
  };
  source.end();
  if (new Set(entity.documents.map((document) => document.uri)).size < entity.documents.length) {
    source.fault('documents', 'has the same document twice');
  }
  checkTogether(source, entity);
  checkUploads(source, entity.uploads);
  return entity;
}

function readUpload(source: Reader): Upload {
  const upload: Upload = {
    name: source.text('name', (text) =>
      /[\\/:*?<>|'^~]/.test(text) ? 'has a character that names must not have' : undefined,
    ),
    uploadedOn: source.date('uploadedOn'),
    ...(source.has('folder') && { folder: source.text('folder') }),
    ...(source.has('mime') && {
      mime: source.oneOf('mime', ['application/pdf', 'image/jpeg', 'image/png']),
      bytes: source.whole('bytes', 'must be a whole number of bytes'),
    }),
  };
  source.end();
  return upload;
}

function checkUploads(source: Reader, uploads: readonly Upload[]): void {
  const folders = new Set(uploads.filter((upload) => upload.mime === undefined).map((upload) => upload.name));
  for (const [index, { folder }] of uploads.entries()) {
    if (folder !== undefined && !folders.has(folder)) source.fault(`uploads[${index}].folder`, 'is not a folder here');
  }
  if (new Set(uploads.map((upload) => upload.name)).size < uploads.length) {
    source.fault('uploads', 'has one name twice');
  }
}

/** What must agree between an entity and its documents. */
function checkTogether(source: Reader, entity: Entity): void {
  const pans = new Set<string>();
  for (const [index, document] of entity.documents.entries()) {
    if (document.doctype === 'CPMTD') {
      if (entity.kind !== 'company') source.fault(`documents[${index}]`, 'only a company has company master data');
      if (document.cin.slice(8, 12) !== entity.dateOfIncorporation.slice(0, 4)) {
        source.fault(`documents[${index}].cin`, 'has another year than dateOfIncorporation');
      }
    }
    if (document.doctype === 'GSTND' && gstinFault(document.gstin) === undefined) {
      pans.add(panOf(document.gstin));
      if (!panFitsKind(panOf(document.gstin), entity.kind)) {
        source.fault(`documents[${index}].gstin`, `has the PAN of another kind of holder than ${entity.kind}`);
      }
    }
  }
  if (pans.size > 1) source.fault('documents', 'has GSTINs with different PANs');
}

function readDocument(source: Reader): Document {
  const doctype = source.oneOf('doctype', ['CPMTD', 'GSTND', 'UDCER']);
  const document = readers[doctype](source);
  if (source.has('holder')) document.holder = source.text('holder');
  if (source.has('standing')) document.standing = source.oneOf('standing', ['A', 'E', 'R', 'S']);
  source.end();
  return document;
}

const rupeesReason = 'must be a whole number of rupees';

const readers = { CPMTD: readCompanyMasterData, GSTND: readGstDetails, UDCER: readUdyamCertificate };

function readCompanyMasterData(source: Reader): Document {
  const cin = source.text('cin', (text) => (isCin(text) ? undefined : 'is not shaped like a CIN'));
  return {
    doctype: 'CPMTD',
    uri: `${catalogue.CPMTD.issuerId}-CPMTD-${cin}`,
    issuedOn: source.date('issuedOn'),
    cin,
    registrarOfCompanies: source.text('registrarOfCompanies'),
    category: source.text('category'),
    subCategory: source.text('subCategory'),
    companyClass: source.text('companyClass'),
    authorisedCapitalRupees: source.whole('authorisedCapitalRupees', rupeesReason),
    paidUpCapitalRupees: source.whole('paidUpCapitalRupees', rupeesReason),
    listed: source.flag('listed'),
    lastAnnualMeeting: source.date('lastAnnualMeeting'),
    lastBalanceSheet: source.date('lastBalanceSheet'),
    status: source.text('status'),
    address: source.text('address'),
    email: source.text('email', emailFault),
    directors: source.list('directors').map((director) => {
      const read = {
        din: director.text('din', (text) => (isSyntheticDin(text) ? undefined : 'must be the synthetic 99999999')),
        name: director.text('name'),
        appointedOn: director.date('appointedOn'),
      };
      director.end();
      return read;
    }),
  };
}

function readGstDetails(source: Reader): Document {
  const gstin = source.text('gstin', gstinFault);
  const address = source.object('address');
  const document: Document = {
    doctype: 'GSTND',
    uri: `${catalogue.GSTND.issuerId}-GSTND-${gstin}`,
    issuedOn: source.date('issuedOn'),
    gstin,
    lastUpdated: source.date('lastUpdated'),
    tradeName: source.text('tradeName'),
    taxpayerType: source.text('taxpayerType'),
    constitution: source.text('constitution'),
    stateJurisdiction: source.text('stateJurisdiction'),
    address: {
      line1: address.text('line1'),
      district: address.text('district'),
      pin: address.text('pin', pinFault),
      state: address.text('state'),
    },
  };
  address.end();
  return document;
}

function readUdyamCertificate(source: Reader): Document {
  const udyamNumber = source.text('udyamNumber', (text) => (isUdyamNumber(text) ? undefined : 'is not a Udyam number'));
  const phone = source.text('phone', mobileFault);
  const address = source.object('address');
  const document: Document = {
    doctype: 'UDCER',
    uri: `${catalogue.UDCER.issuerId}-UDCER-${udyamNumber}zz${phone}`,
    issuedOn: source.date('issuedOn'),
    udyamNumber,
    majorActivity: source.text('majorActivity'),
    dateOfIncorporation: source.date('dateOfIncorporation'),
    dateOfCommencement: source.date('dateOfCommencement'),
    entrepreneurCategory: source.text('entrepreneurCategory'),
    phone,
    email: source.text('email', emailFault),
    address: {
      flat: address.text('flat'),
      premises: address.text('premises'),
      city: address.text('city'),
      state: address.text('state'),
      pin: address.text('pin', pinFault),
    },
    enterpriseTypes: source.texts('enterpriseTypes'),
    units: source.texts('units'),
    activities: source.list('activities').map((activity) => {
      const read = {
        nic2Digit: activity.text('nic2Digit'),
        nic4Digit: activity.text('nic4Digit'),
        nic5Digit: activity.text('nic5Digit'),
        activity: activity.text('activity'),
      };
      activity.end();
      return read;
    }),
  };
  address.end();
  return document;
}

function mobileFault(text: string): string | undefined {
  return isMobile(text) ? undefined : 'must be ten digits and not begin with 0';
}

function emailFault(text: string): string | undefined {
  // Reserved top-level names (RFC 2606): a specimen must not reach anybody.
  return /^[^\s@]+@[^\s@]+\.(example|test|invalid)$/.test(text)
    ? undefined
    : 'must be an address below .example, .test or .invalid';
}

function pinFault(text: string): string | undefined {
  return /^[0-9]{6}$/.test(text) ? undefined : 'must be six digits';
}
