import { docComment, pascal, type Schema } from './schema.ts';

/** What a type is called instead of the name that its place would give it. */
const renamed: Readonly<Record<string, string>> = {
  AuthenticateData: 'AccessToken',
  CreateSdkSessionData: 'CreatedSdkSession',
  SdkSessionStatusData: 'SdkSession',
  SdkSessionDocumentsData: 'DocumentFiles',
  DocumentFilesFile: 'DriveFile',
  SdkSessionEntityData: 'EntityDetails',
  SessionEntityData: 'EntityDetails',
  SdkSessionUserProfileData: 'UserProfile',
  SessionUserProfileData: 'UserProfile',
  InitSessionData: 'InitiatedSession',
  SessionStatusData: 'ApiSession',
  CreateV1SessionRequestExpectedEntity: 'ExpectedEntity',
  CreateV1SessionRequestDocument: 'RequestedDocument',
  CreateV1SessionData: 'V1Session',
  ListV1SessionsData: 'V1SessionPage',
  GetV1SessionData: 'V1SessionDetail',
  V1SessionDetailTimeline: 'V1TimelineEntry',
  GetV1ConsentData: 'V1Consent',
  GetV1ConsentReceiptData: 'V1SignedReceipt',
  V1SignedReceiptReceipt: 'V1ConsentReceipt',
  ListV1DocumentsData: 'V1Documents',
  GetV1DataData: 'V1SessionData',
  CreateWebhookEndpointData: 'WebhookEndpointWithSecret',
  ListWebhookEndpointsData: 'WebhookEndpointList',
  WebhookEndpointListData: 'WebhookEndpoint',
  DeleteWebhookEndpointData: 'DeletedWebhookEndpoint',
  ListEventsData: 'V1EventPage',
  ListDeliveriesData: 'WebhookDeliveryPage',
  WebhookDeliveryPageData: 'WebhookDelivery',
  WebhookDeliveryAttempt: 'DeliveryAttempt',
  ListEventDeliveriesData: 'WebhookDeliveryList',
  ReplayEventsData: 'ReplayedEvents',
  ResendEventData: 'ResentEvent',
  SessionCreatedEventData: 'SessionEventData',
  DocumentAvailableEventData: 'DocumentAvailableData',
  DocumentFailedEventData: 'DocumentFailedData',
  DocumentErasedEventData: 'DocumentErasedData',
  DocumentAvailableDataDocument: 'AvailableDocument',
  DocumentFailedDataDocument: 'FailedDocument',
  DocumentErasedDataDocument: 'ErasedDocument',
  EndpointDisabledEventData: 'EndpointDisabledData',
  EndpointTestEventData: 'EndpointTestData',
};

/** Answers that are another one and more. */
const extending: Readonly<Record<string, string>> = {
  V1SessionDetail: 'V1Session',
  DocumentAvailableData: 'SessionEventData',
  DocumentFailedData: 'SessionEventData',
  DocumentErasedData: 'SessionEventData',
};

/**
 * Writes schemas as interfaces. Objects inside objects get interfaces of their own, named after their place; two that
 * are alike to the letter are one. A keyword that it does not know is an error: a type must not claim less or more
 * than its schema.
 */
export class TypeWriter {
  /** Declarations in the order in which they were met. */
  readonly #declared = new Map<string, string>();
  /** Names of interfaces by their fields, and the other way round. */
  readonly #names = new Map<string, string>();
  readonly #bodies = new Map<string, string>();
  /** Names of enumerations that many places share, by their values. */
  readonly #vocabulary = new Map<string, string>();

  get text(): string {
    return [...this.#declared.values()].join('\n');
  }

  /** A named list of strings, referred to wherever a schema has the very same list. */
  addVocabulary(name: string, values: readonly string[], doc: readonly string[]): void {
    this.#vocabulary.set(JSON.stringify(values), name);
    this.#declared.set(name, `${docComment(doc)}export type ${name} = ${values.map(literal).join(' | ')};\n`);
  }

  /** One of several interfaces. Wherever a schema is `standsFor` to the letter, the union is meant. */
  addUnion(name: string, { members, standsFor, doc }: { members: string[]; standsFor: Schema; doc: string[] }): void {
    this.#names.set(this.#fields(standsFor, name), name);
    this.#declared.set(name, `${docComment(doc)}export type ${name} = ${members.join(' | ')};\n`);
  }

  /** Declares an object schema and returns its name, or returns the plain type of anything else. */
  declare(name: string, schema: Schema, doc: readonly string[]): string {
    const own = renamed[name] ?? name;
    if (!isPlainObject(schema)) {
      const type = this.#typeOf(schema, own, own);
      this.#declared.set(own, `${docComment(doc)}export type ${own} = ${type};\n`);
      return own;
    }
    const body = this.#fields(schema, own);
    const twin = this.#names.get(body);
    if (twin) return twin;
    if (this.#declared.has(own)) throw new Error(`two different types want the name ${own}`);
    this.#names.set(body, own);
    this.#bodies.set(own, body);
    const base = extending[own] ?? '';
    const inherited = this.#bodies.get(base);
    const extendsBase = inherited !== undefined && body.startsWith(inherited);
    const heading = extendsBase ? `${own} extends ${base}` : own;
    const ownFields = extendsBase ? body.slice(inherited.length) : body;
    this.#declared.set(own, `${docComment(doc)}export interface ${heading} {\n${ownFields}}\n`);
    return own;
  }

  #fields({ properties = {}, required = [] }: Schema, parent: string): string {
    return Object.entries(properties)
      .map(([key, schema]) => {
        const isRequired = required.includes(key);
        const type = this.#typeOf(schema, parent + pascal(key), parent);
        const name = /^[a-z_$][\w$]*$/i.test(key) ? key : `'${key}'`;
        const doc = docComment(docOf(schema), '  ');
        return `${doc}  ${name}${isRequired ? '' : '?'}: ${type}${isRequired ? '' : ' | undefined'};\n`;
      })
      .join('');
  }

  #typeOf(schema: Schema, place: string, parent: string): string {
    const nonNull = withoutNull(schema);
    if (nonNull) return `${this.#typeOf(nonNull, place, parent)} | null`;
    if (schema.const !== undefined) return literal(schema.const);
    if (schema.enum) return this.#vocabulary.get(JSON.stringify(schema.enum)) ?? schema.enum.map(literal).join(' | ');
    if (Object.keys(schema).every((key) => key === 'description' || key === 'examples')) return 'unknown';
    const choice = schema.anyOf ?? schema.oneOf;
    if (choice) return choice.map((each) => this.#typeOf(each, place, parent)).join(' | ');
    if (schema.allOf)
      return schema.allOf.map((each, index) => this.#typeOf(each, `${place}${index + 1}`, parent)).join(' & ');
    const simple = simpleTypes[String(schema.type)];
    if (simple) return simple;
    if (schema.type === 'array' && schema.items) return arrayOf(this.#typeOf(schema.items, singular(place), parent));
    const values = recordValues(schema);
    if (values) return `Record<string, ${this.#typeOf(values, place, parent)}>`;
    if (isPlainObject(schema)) return this.declare(place, schema, [schema.description ?? `A part of \`${parent}\`.`]);
    throw new Error(`${place}: cannot write ${JSON.stringify(schema)} as a type`);
  }
}

const simpleTypes: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** `type: ['string', 'null']` and `enum: ['a', null]` without their null; undefined where there is none. */
function withoutNull(schema: Schema): Schema | undefined {
  const { type, enum: values } = schema;
  const isListed = Array.isArray(type) && type.includes('null');
  if (!isListed && !values?.includes(null)) return undefined;
  const types = Array.isArray(type) ? type.filter((each) => each !== 'null') : undefined;
  if (types && types.length !== 1) return undefined;
  return {
    ...schema,
    ...(types?.[0] ? { type: types[0] } : {}),
    ...(values ? { enum: values.filter((value) => value !== null) } : {}),
  };
}

function isPlainObject(schema: Schema): boolean {
  return schema.type === 'object' && schema.properties !== undefined && !schema.anyOf && !schema.allOf;
}

/** The value schema of an object with free keys. */
function recordValues(schema: Schema): Schema | undefined {
  if (schema.type !== 'object' || schema.properties) return undefined;
  const patterns = Object.values(schema.patternProperties ?? {});
  if (patterns.length === 1) return patterns[0];
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function docOf({ description, examples, const: fixed }: Schema): string[] {
  const lines = description ? [description] : [];
  // A literal type is its own example.
  const [example] = fixed === undefined ? (examples ?? []) : [];
  return example === undefined ? lines : [...lines, `@example ${JSON.stringify(example)}`];
}

function arrayOf(type: string): string {
  return type.includes(' ') ? `(${type})[]` : `${type}[]`;
}

function singular(name: string): string {
  return name.replace(/(?<!s)s$/, '');
}

function literal(value: unknown): string {
  return typeof value === 'string'
    ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    : JSON.stringify(value);
}
