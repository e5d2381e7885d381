import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { html } from './html.ts';

test('text is escaped, so that it cannot become markup', () => {
  assert.equal(html`<p>${'<script>a & b</script>'}</p>`.html, '<p>&lt;script&gt;a &amp; b&lt;/script&gt;</p>');
});

test('text in a quoted attribute cannot leave it', () => {
  const hostile = `" onclick='alert(1)'`;
  assert.equal(html`<p title="${hostile}">`.html, '<p title="&quot; onclick=&#39;alert(1)&#39;">');
});

test('a part that is HTML already stays as it is, at any depth', () => {
  const inner = html`<b>${'&'}</b>`;
  assert.equal(html`<p>${inner}</p>`.html, '<p><b>&amp;</b></p>');
  assert.equal(html`<ul>${[html`<li>${inner}</li>`, [inner]]}</ul>`.html, '<ul><li><b>&amp;</b></li><b>&amp;</b></ul>');
});

test('an array is its parts in a row, each escaped by itself', () => {
  assert.equal(html`${['<', html`<br>`, 1, null]}`.html, '&lt;<br>1');
  assert.equal(html`<ul>${[]}</ul>`.html, '<ul></ul>');
});

test('null, undefined and false leave nothing, zero and empty text are themselves', () => {
  assert.equal(html`[${null}${undefined}${false}]`.html, '[]');
  assert.equal(html`[${0}|${''}]`.html, '[0|]');
});

test('text that looks escaped is escaped once more, so that it is read as it was written', () => {
  assert.equal(html`${'&lt;'}`.html, '&amp;lt;');
});

test('no text whatever brings in a character that could open or close markup', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { html: made } = html`${text}`;
      assert.doesNotMatch(made, /[<>"']/);
      assert.doesNotMatch(made, /&(?!(?:amp|lt|gt|quot|#39);)/);
    }),
  );
});
