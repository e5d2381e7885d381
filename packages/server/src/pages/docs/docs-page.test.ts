import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { documentedEndpoints, type Endpoint, errorGuide, errorsOf } from '@tijori/wire';
import { fieldsOf, openApiDocument, operationIdOf } from '@tijori/wire/openapi';
import { pageStylesheet } from '../stylesheet.ts';
import { docsPage } from './docs-page.ts';

const page = docsPage(openApiDocument('https://consent.example.in')).html;
const all: readonly Endpoint[] = documentedEndpoints;
/** The part of the page that is about one operation. */
const sectionOf = (endpoint: Endpoint) => {
  const [, section] = page.split(`<section id="${operationIdOf(endpoint)}"`);
  assert.ok(section, endpoint.path);
  return section.split('<section ')[0] ?? '';
};
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('"', '&quot;');

describe('the reference page', () => {
  it('has each endpoint with every field, and the address of this server', () => {
    for (const endpoint of all) {
      const section = sectionOf(endpoint);
      const { params, query, headers, body, response, responseHeaders } = endpoint;
      for (const schema of [params, query, headers, body, response, responseHeaders]) {
        for (const { path } of schema ? fieldsOf(schema) : []) {
          const name = path.split('.').at(-1)?.replace('[]', '');
          assert.ok(section.includes(`<dt><code>${name}</code>`), `${endpoint.path}: ${path}`);
        }
      }
      assert.ok(section.includes('https://consent.example.in/'), endpoint.path);
    }
  });

  it('says cause and cure of every error, those of all operations once', () => {
    const cures = new Set(all.flatMap((endpoint) => errorsOf(endpoint)).map((code) => errorGuide[code].cure));
    for (const cure of cures) {
      const text = escaped(cure).replace(/`([^`]*)`/g, '<code>$1</code>');
      assert.ok(page.includes(text), cure);
    }
    // In a list of errors, that is: as a value of some field a code may stand elsewhere.
    assert.equal(page.split('405 <code>method_not_allowed</code></span>').length, 2);
  });

  it('has no script, no style of its own and no address elsewhere', () => {
    // The sheet of all pages is within the page.
    const text = page.replace(`<style>${pageStylesheet.css}</style>`, '');
    assert.doesNotMatch(text, /<script|\son\w+=|\sstyle=|<style|<iframe|<img|javascript:/i);
    for (const [, address] of page.matchAll(/\s(?:href|src|action)="([^"]*)"/g)) {
      assert.match(address ?? '', /^(#|\/(?!\/)|data:image\/svg\+xml,)/);
    }
  });

  it('leads with every link of its contents to a place that is there once', () => {
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, id] of page.matchAll(/href="#([^"]*)"/g)) assert.ok(ids.includes(id), id);
  });

  it('escapes what the document says', () => {
    const document = openApiDocument();
    document.info.description = '<script>alert(1)</script> `<b>`';
    const { html } = docsPage(document);
    assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt; <code>&lt;b&gt;</code>'));
  });
});
