import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fieldsOf } from '@tijori/wire/openapi';
import { allEndpoints } from '../testing/contract-calls.ts';
import { vendorEndpoints } from '../testing/vendor-schemas.ts';

interface Row {
  section: string;
  part: string;
  field: string;
  kind: string;
  why: string;
  proof: string;
}

const source = join(import.meta.dirname, '..');
const page = readFileSync(join(import.meta.dirname, '../../../../docs/compatibility.md'), 'utf8');
const sections = page.split(/^## /m).slice(1);
const rows = sections.flatMap((text): Row[] => {
  const section = /^\S+/.exec(text)?.[0] ?? '';
  const table = [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()));
  return table.slice(1).map(([part = '', field = '', kind = '', why = '', proof = '']) => ({
    section,
    part,
    field,
    kind,
    why,
    proof,
  }));
});
const nameOf = ({ section, part, field }: Row) => `${section}, ${part} ${field}`;
const shape = (path: string) => path.replace(/\{\w+\}/g, '{}');
const served = vendorEndpoints.filter(({ method, path }) =>
  allEndpoints.some((endpoint) => endpoint.method === method && shape(endpoint.path) === shape(path)),
);

describe('docs/compatibility.md', () => {
  it('names for each row a test that is there', () => {
    assert.ok(rows.length > 40);
    for (const row of rows) {
      const [, file = '', title = ''] = /^`([^`]+\.test\.ts)`: (.+)$/.exec(row.proof) ?? [];
      assert.ok(existsSync(join(source, file)) && file !== '', `${nameOf(row)} names no file: ${row.proof}`);
      const quoted = [`'${title}'`, `"${title}"`, `\`${title}\``];
      const text = readFileSync(join(source, file), 'utf8');
      const there = quoted.some((name) => text.includes(`it(${name}`) || text.includes(`test(${name}`));
      assert.ok(there, `${nameOf(row)}: ${file} has no test "${title}"`);
    }
  });

  it('says same, superset or different, and why where it is not the same', () => {
    for (const row of rows) {
      assert.ok(['same', 'superset', 'different'].includes(row.kind), `${nameOf(row)}: ${row.kind}`);
      if (row.kind !== 'same') assert.match(row.why, /.{15,}\.$/, nameOf(row));
    }
  });

  it('has a row for every field and error that the vendor publishes of an endpoint that we have', () => {
    const has = (section: string, part: string, field: string) =>
      rows.some((row) => row.section === section && row.part === part && row.field.startsWith(field));
    const missing: string[] = [];
    for (const { id, request, response, errors } of served) {
      for (const { path } of request ? fieldsOf(request) : []) {
        if (!has(id, 'request', `\`${path}\``)) missing.push(`${id}: request \`${path}\``);
      }
      for (const { path } of fieldsOf(response)) {
        const everywhere = has('Every', 'answer', `\`${path}\``);
        if (!everywhere && !has(id, 'answer', `\`${path}\``)) missing.push(`${id}: answer \`${path}\``);
      }
      for (const { status } of errors) if (!has(id, 'error', String(status))) missing.push(`${id}: error ${status}`);
    }
    assert.deepEqual(missing, []);
  });

  it('has a section for every endpoint that the vendor publishes', () => {
    for (const { id, method } of vendorEndpoints) {
      assert.ok(
        sections.some((text) => text.startsWith(`${id} \`${method} `)),
        id,
      );
    }
  });
});
