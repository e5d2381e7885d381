import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOutput } from './output.ts';
import { paragraph } from './paragraph.ts';
import { bytesText, startProgress } from './progress-bar.ts';
import type { Screen } from './screen.ts';

/** A screen of this width that keeps what is written, with styles as `<…>`. */
function fakeScreen(width = Number.POSITIVE_INFINITY) {
  const written: string[] = [];
  const screen: Screen = {
    write: (text) => void written.push(text),
    isTerminal: Number.isFinite(width),
    width: () => width,
    paint: (_, text) => `<${text}>`,
  };
  return { screen, text: () => written.join(''), written };
}

interface Row {
  id: string;
  note: string;
}

const columns = [
  { title: 'ID', text: ({ id }: Row) => id },
  { title: 'NOTE', text: ({ note }: Row) => note, mayShrink: true },
];
const show = { columns, json: ({ id }: Row) => ({ id }), none: 'Nothing.' };

test('a table is aligned, and nothing is cut in a pipe', () => {
  const { screen, text } = fakeScreen();
  const note = 'a note that is rather long, but nobody measures a pipe';
  openOutput({}, screen).list(
    [
      { id: 'a', note },
      { id: 'long', note: '' },
    ],
    show,
  );
  assert.equal(text(), `<ID>    <NOTE>\na     ${note}\nlong\n`);
});

test('on a terminal a table fits its width: what may shrink is cut, and what may not is whole', () => {
  const { screen, text } = fakeScreen(20);
  openOutput({}, screen).list([{ id: 'abcdef', note: 'twenty-one characters' }], show);
  assert.equal(text(), '<ID>      <NOTE>\nabcdef  twenty-one …\n');
});

test('where a column would be cut to nothing it is left out, the last one first, and names are cut at their front', () => {
  const wide = [
    { title: 'ID', text: () => '0123456789' },
    { title: 'TYPE', text: () => 'entitylocker.session.failed', mayShrink: 'front' as const },
    { title: 'ABOUT', text: () => 'about what it is, at length', mayShrink: true },
  ];
  const at = (width: number) => {
    const { screen, text } = fakeScreen(width);
    openOutput({}, screen).list([{}], { columns: wide, json: () => ({}), none: '' });
    return text().split('\n')[1];
  };
  assert.equal(at(68), '0123456789  entitylocker.session.failed  about what it is, at length');
  assert.equal(at(50), '0123456789  …er.session.failed  about what it is,…');
  assert.equal(at(37), '0123456789  …itylocker.session.failed');
  assert.equal(at(20), '0123456789');
  assert.equal(at(5), '0123456789');
});

test('a paragraph is broken between words on a terminal, and not in a pipe', () => {
  const text = 'Check every delivery before you read it, with the library.';
  const broken = paragraph(text, { indent: 2, width: 40 });
  assert.equal(broken, '  Check every delivery before you read\n  it, with the library.');
  assert.equal(paragraph(text, { indent: 2, width: Number.POSITIVE_INFINITY }), `  ${text}`);
});

test('none is said to people only', () => {
  const [pipe, terminal] = [fakeScreen(), fakeScreen(80)];
  openOutput({}, pipe.screen).list([], show);
  openOutput({}, terminal.screen).list([], show);
  assert.equal(pipe.text(), '');
  assert.equal(terminal.text(), 'Nothing.\n');
});

test('JSON is one object a line and nothing else', () => {
  const { screen, text } = fakeScreen(80);
  const out = openOutput({ json: true }, screen);
  out.list([{ id: 'a', note: 'x' }], show);
  out.one({ id: 'b' }, [['Id', 'b']], 'A note for people.');
  out.line({ id: 'c' }, [{ style: 'red', text: 'c' }]);
  assert.equal(text(), '{"id":"a"}\n{"id":"b"}\n{"id":"c"}\n');
});

test('text of others cannot move the cursor, start a line or turn its direction', () => {
  const { screen, text } = fakeScreen(80);
  const nasty = 'a\u001b[2Jb\nc\u202ed\u009b31m';
  const out = openOutput({}, screen);
  out.list([{ id: nasty, note: '' }], show);
  out.one({}, [['Name', nasty]]);
  out.line({}, [nasty]);
  for (const char of ['\u001b', '\u009b', '\u202e']) assert.ok(!text().includes(char));
  assert.equal(text().split('a\\u001b[2Jb\\u000ac\\u202ed\\u009b31m').length, 4);
});

test('letters of several code points count as one', () => {
  const { screen, text } = fakeScreen();
  openOutput({}, screen).list(
    [
      { id: 'क्षेत्र', note: 'x' },
      { id: 'abc', note: 'y' },
    ],
    show,
  );
  const [, first = '', second = ''] = text().split('\n');
  assert.equal(
    [...new Intl.Segmenter('en').segment(first)].length,
    [...new Intl.Segmenter('en').segment(second)].length,
  );
});

test('a progress bar is drawn on a terminal alone, seldom, and leaves nothing behind', () => {
  let nowMs = 0;
  const now = () => nowMs;
  const [pipe, terminal] = [fakeScreen(), fakeScreen(60)];
  const quiet = startProgress({ label: 'Checking', total: 10 }, { screen: pipe.screen, now });
  quiet.at(1);
  quiet.end();
  assert.equal(pipe.text(), '');

  const bar = startProgress({ label: 'Checking', total: 1_000 }, { screen: terminal.screen, now });
  for (let done = 0; done < 100; done += 1) bar.at(done);
  assert.equal(terminal.written.length, 1);
  nowMs = 4_000;
  bar.at(500);
  const erased = '\r\u001b[2K';
  assert.equal(terminal.written[1], `${erased}Checking  ${'█'.repeat(12)}${'░'.repeat(12)}  500 of 1,000  4 s left`);
  bar.at(1_000);
  bar.end();
  assert.equal(terminal.written.at(-1), erased);
  for (const line of terminal.written) assert.ok([...line.slice(erased.length)].length < 60);
});

test('bytes are shown in the unit that fits', () => {
  assert.equal(bytesText(1023), '1023 bytes');
  assert.equal(bytesText(1536), '1.5 KiB');
  assert.equal(bytesText(5 * 1024 ** 3), '5.0 GiB');
});
