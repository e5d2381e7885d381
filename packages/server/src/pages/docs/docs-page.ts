import type { OpenApiDocument } from '@tijori/wire/openapi';
import { html } from '../html.ts';
import { icon } from '../icons.ts';
import { layout, type Page } from '../layout.ts';
import { codesOfEvery, errorList } from './errors.ts';
import { methodMark, operationSection, type Place } from './operation.ts';
import { breakable, prose } from './prose.ts';
import { resolver } from './resolve.ts';

/** The reference as a page: all of an OpenAPI document of ours, without a script and without a request elsewhere. */
export function docsPage(document: OpenApiDocument): Page {
  const resolve = resolver(document);
  const common = codesOfEvery(document, resolve);
  const places = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Place => ({ method, path, operation })),
  );
  const chapters = document.tags.map(({ name, description }) => ({
    id: `chapter-${name.toLowerCase().replace(/[^a-z]+/g, '-')}`,
    name,
    description,
    places: places.filter(({ operation }) => operation.tags.includes(name)),
  }));
  return layout({
    title: `${document.info.title} API`,
    stylesheet: '/assets/docs.css',
    main: html`<div class="intro">
<p class="brand">${icon('safe')}${document.info.title} ${document.info.version}</p>
<h1>API reference</h1>
${prose(document.info.description)}
<p class="fine">Server: <code>${document.servers[0]?.url}</code>. As OpenAPI ${document.openapi}: <a href="/openapi.json">openapi.json</a>.</p>
</div>
<nav class="contents" aria-label="Contents">
${chapters.map(
  (chapter) => html`<p><a href="#${chapter.id}">${chapter.name}</a></p>
<ul>
${chapter.places.map(
  ({ method, operation, path }) =>
    html`<li><a href="#${operation.operationId}">${methodMark(method)} <span>${breakable(tailOf(path, chapter.places))}</span></a></li>\n`,
)}</ul>
`,
)}<p><a href="#errors">Errors of every operation</a></p>
</nav>
<div class="chapters">
${chapters.map(
  (chapter) => html`<section class="chapter" aria-labelledby="${chapter.id}">
<h2 id="${chapter.id}">${chapter.name}</h2>
${prose(chapter.description)}
${chapter.places.map((place) => operationSection(place, { document, resolve, common }))}</section>
`,
)}<section class="chapter" aria-labelledby="errors">
<h2 id="errors">Errors of every operation</h2>
<p>Any call can meet these, whatever it asks for.</p>
${errorList(common)}</section>
</div>`,
  });
}

/** A path without what all of its chapter begin with, so that a list of them can be read. */
function tailOf(path: string, places: readonly Place[]): string {
  const segments = path.split('/');
  const others = places.map((place) => place.path.split('/'));
  let shared = 0;
  while (shared < segments.length - 1 && others.every((other) => other[shared] === segments[shared])) shared += 1;
  return segments.slice(shared).join('/');
}
