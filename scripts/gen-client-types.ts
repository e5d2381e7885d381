/** `node scripts/gen-client-types.ts`: writes the client's types and tables from `wire`. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  docTypes,
  errorCatalogue,
  eventCatalogue,
  eventPayload,
  eventTypes,
  type PayloadType,
  payloadCatalogue,
  payloadTypes,
  sessionStatuses,
  statusReasons,
  V1Event,
} from '@tijori/wire';
import { clientOperations, type Operation } from './gen-client/operations.ts';
import { pascal, type Schema } from './gen-client/schema.ts';
import { TypeWriter } from './gen-client/type-writer.ts';

const root = join(import.meta.dirname, '..');
const head = '// Made by `node scripts/gen-client-types.ts` from packages/wire: do not edit.\n\n';

/** What the client is given, by path from the root of the repository. Pure, so that a test can compare. */
export function clientFiles(operations: readonly Operation[] = clientOperations()): Map<string, string> {
  return new Map([
    ['packages/client/src/types.ts', formatted(head + typesText(operations))],
    ['packages/client/src/contract.ts', formatted(head + contractText(operations))],
  ]);
}

/** Bodies, queries and answers as interfaces; of an enveloped answer the `data`. */
export function typesText(operations: readonly Operation[]): string {
  const writer = new TypeWriter();
  const names = (values: readonly { name: string }[]) => values.map(({ name }) => name);
  writer.addVocabulary('DocTypeName', names(docTypes), ["The vendor's names of document types."]);
  writer.addVocabulary('SessionStatus', sessionStatuses, [
    'Where a session stands. `succeeded`, `failed` and `expired` are ends.',
  ]);
  writer.addVocabulary('StatusReason', Object.keys(statusReasons), [
    'Why a session failed or expired.',
    '',
    ...Object.entries(statusReasons).map(([reason, text]) => `- \`${reason}\`: ${text}`),
  ]);
  writer.addVocabulary('ErrorCode', Object.keys(errorCatalogue), [
    'Errors of a Tijori server. `docs/errors.md` has cause and cure of each.',
    '',
    ...Object.entries(errorCatalogue).map(([code, { status, message }]) => `- \`${code}\`, ${status}: ${message}`),
  ]);
  writer.addVocabulary('EventType', eventTypes, [
    'Names of events.',
    '',
    ...eventTypes.map((type) => `- \`${type}\`: ${eventCatalogue[type].summary}`),
  ]);
  writer.addUnion('WebhookEvent', {
    members: payloadTypes.map((type) => declareEvent(writer, type)),
    standsFor: V1Event as Schema,
    doc: [
      'An event: what a receiver is told, and what `v1.events` lists (but for `endpoint.test`, which is no event but a test). `type` says which it is, and the compiler then knows its `data`.',
      '',
      'A gateway that is newer than this client may tell of types that are not here: leave those that you do not know.',
    ],
  });
  const aliases: string[] = [];
  for (const { name, endpoint, enveloped } of operations) {
    const prefix = pascal(name);
    const place = `\`${endpoint.method} ${endpoint.path}\``;
    if (endpoint.body) writer.declare(`${prefix}Request`, endpoint.body as Schema, [`Body of ${place}.`]);
    if (endpoint.query) writer.declare(`${prefix}Query`, endpoint.query as Schema, [`Query of ${place}.`]);
    const response = endpoint.response as Schema;
    const answer = enveloped ? response.properties?.data : response;
    const doc = [`Answer of ${place}.`, endpoint.summary];
    if (endpoint.description) doc.push('', endpoint.description);
    doc.push('', `Errors of its own: ${endpoint.errors.map((code) => `\`${code}\``).join(', ')}.`);
    if (endpoint.responseExample !== undefined) doc.push('', `@example ${JSON.stringify(endpoint.responseExample)}`);
    // B6 answers an envelope without data: nothing to name.
    if (!answer) continue;
    const type = writer.declare(`${prefix}Data`, answer, doc);
    aliases.push(`  ${name}: ${type};`);
  }
  return `${writer.text}\n/** What each operation answers. */\nexport interface Answers {\n${aliases.join('\n')}\n}\n`;
}

/** Addresses of the operations, and the error catalogue as far as a caller can use it. */
export function contractText(operations: readonly Operation[]): string {
  const rows = operations.map(({ name, endpoint, enveloped, entity }) => {
    const { method, path, idempotent = false } = endpoint;
    return `${name}: ${JSON.stringify({ method, path, enveloped, idempotent, entity })},`;
  });
  const errors = Object.entries(errorCatalogue).map(
    ([code, { message, retryable }]) => `${code}: ${JSON.stringify({ message, retryable })},`,
  );
  return `/**
 * Every operation: its address, whether its answer is in the vendor's envelope, whether it takes an Idempotency-Key,
 * and the \`@entity\` of its body.
 */
export const operations = {
${rows.join('\n')}
} as const;

/** Public text of each error, with \`{blanks}\`, and whether the same request may succeed later. */
export const errorTable = {
${errors.join('\n')}
} as const;
`;
}

/** An event with its id, under a name such as `SessionSucceededEvent`. */
function declareEvent(writer: TypeWriter, type: PayloadType): string {
  const { properties = {}, required = [] } = eventPayload(type) as Schema;
  const data = { ...properties.data, description: 'Ids and statuses; ask the API for the rest.' };
  const id = V1Event.properties.id as Schema;
  const schema = { type: 'object', properties: { id, ...properties, data }, required: ['id', ...required] };
  return writer.declare(`${pascal(type.replace('entitylocker.', ''))}Event`, schema, [payloadCatalogue[type].summary]);
}

/** As `npm run format` would leave it. */
function formatted(text: string): string {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  return execFileSync(process.execPath, [biome, 'format', '--stdin-file-path=packages/client/src/types.ts'], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
}

if (import.meta.main) for (const [path, text] of clientFiles()) writeFileSync(join(root, path), text);
