import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../domain/app-error.ts';
import { parseStrictJson, readUtf8Strict } from './strict-json.ts';

function refusalOf(read: () => unknown): string | undefined {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof AppError, `not an AppError: ${error}`);
    assert.equal(error.code, 'invalid_request_body');
    assert.equal(error.cause, undefined);
    return error.detail;
  }
  return undefined;
}

function refuses(text: string, detail: RegExp): void {
  const found = refusalOf(() => parseStrictJson(text));
  assert.match(found ?? 'accepted', detail, text.slice(0, 100));
}

describe('parseStrictJson', () => {
  it('reads what everyone reads alike', () => {
    for (const text of [
      '{"@entity":"in.co.sandbox","doc_types":["gstn_details"],"n":-1.5e3,"t":true,"x":null}',
      ' [ ] ',
      '"a\\u0000\\ud83d\\ude00\\n"',
      '{"constructor":{"prototype":{"a":1}},"toString":1,"a:b":"{[,:"}',
      '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
      '{"":1,"0":2,"00":3,"1e0":4}',
      String(Number.MAX_SAFE_INTEGER),
      '-0',
    ]) {
      assert.deepEqual(parseStrictJson(text), JSON.parse(text), text);
    }
  });

  it('refuses malformed text, and does not repeat it', () => {
    for (const text of [
      '',
      ' ',
      '{',
      '"a',
      '{"a":1,}',
      "{'a':1}",
      '[1,]',
      'NaN',
      '01',
      '"\n"',
      '{"a":secret}',
      '1 2',
      ']',
    ]) {
      refuses(text, /^malformed JSON$/);
    }
  });

  it('refuses a byte order mark', () => refuses('\ufeff{}', /malformed/));

  it('refuses a key twice in one object, however it is written', () => {
    for (const text of [
      '{"a":1,"a":1}',
      '{"a":1,"b":2,"\\u0061":3}',
      '{"x":[{"y":{"a":1,"a":2}}]}',
      '{"":1,"":2}',
      '{"0":1,"\\u0030":2}',
      '{"\\/":1,"/":2}',
      '{"\\n":1,"\\u000a":2}',
      '{"é":1,"\\u00E9":2}',
    ]) {
      refuses(text, /stands twice/);
    }
  });

  it('refuses the key __proto__ at any depth, escaped too', () => {
    for (const text of ['{"__proto__":{}}', '[{"a":{"__proto__":1}}]', '{"\\u005f_proto__":null}']) {
      refuses(text, /__proto__/);
    }
    assert.deepEqual(parseStrictJson('["__proto__"]'), ['__proto__']);
    assert.equal(({} as Record<string, unknown>).a, undefined);
  });

  it('refuses a backslash in a key, so that the engine never learns one', () => {
    for (const text of ['{"\\\\":1}', '[{"a":{"b\\\\c":1}}]', '{"\\u005c":1}', '{"\\u005Cu":1}']) {
      refuses(text, /backslash in a key/);
    }
    assert.deepEqual(parseStrictJson('{"a":"\\\\","b":"\\u005c","c\\"":"\\\\"}'), { a: '\\', b: '\\', 'c"': '\\' });
  });

  it('lets no wrong key through when the engine has learnt one elsewhere (nodejs/node#63785)', () => {
    JSON.parse('{"learnt here":[],"\\\\":0}');
    const read = () => assert.deepEqual(parseStrictJson('{"learnt here":1,"\\u0062":2}'), { 'learnt here': 1, b: 2 });
    // An engine that is mended reads it right; until then it is refused.
    assert.match(refusalOf(read) ?? 'read right', /^(a key that the engine misread|read right)$/);
  });

  it('refuses nesting beyond 32', () => {
    const nested = (depth: number) => '[{"a":'.repeat(depth / 2) + (depth % 2 ? '[]' : '1') + '}]'.repeat(depth / 2);
    parseStrictJson(nested(32));
    refuses(nested(33), /deeper than 32/);
    refuses('['.repeat(1_000_000), /deeper than 32/);
    parseStrictJson(`[${'[],{},'.repeat(50)}"[[["]`);
  });

  it('refuses more than 1,000 keys', () => {
    const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join()}}`;
    parseStrictJson(keys(1_000));
    refuses(keys(1_001), /more than 1000 keys/);
  });

  it('refuses lone surrogates, raw and escaped, in values and keys', () => {
    for (const text of [
      '"\\ud800"',
      '"\\udc00\\ud800"',
      '{"\\uDBFF":1}',
      '[["a\\ud83dx"]]',
      '"\ud800"',
      '{"\udc00":1}',
    ]) {
      refuses(text, /lone surrogate/);
    }
    assert.equal(parseStrictJson('"\\ud83d\\ude00"'), '😀');
    assert.equal(parseStrictJson('"\\\\ud800"'), '\\ud800');
  });

  it('refuses numbers that do not survive', () => {
    for (const text of ['1e400', '-1e400', '[{"a":1e309}]', '9007199254740993', '-9007199254740992']) {
      refuses(text, /does not survive/);
    }
  });

  it('stays quick on hostile text', () => {
    const hostile = {
      depth: '['.repeat(1_000_000),
      keys: `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join()}}`,
      same: `{${'"a":1,'.repeat(16_000)}"a":1}`,
      escapes: `"${'\\"'.repeat(50_000)}`,
      items: `[${'1,'.repeat(50_000)}1]`,
      surrogates: `["${'\\ud83d\\ude00'.repeat(8_000)}"]`,
    };
    for (const [name, text] of Object.entries(hostile)) {
      const startedAt = performance.now();
      refusalOf(() => parseStrictJson(text));
      const ms = performance.now() - startedAt;
      // About 1 ms here; the bound leaves room for a busy machine and none for squared work.
      assert.ok(ms < 100, `${name}: ${ms} ms`);
    }
  });
});

describe('parseStrictJson against the engine and a slow oracle', () => {
  /** A value together with its spelling: objects keep their keys as a list, so that one may stand twice. */
  type Tree = { keys: [string, Tree][] } | { items: Tree[] } | { leaf: string | number | boolean | null };

  const key = fc.oneof(
    fc.constantFrom('a', 'b', '', '0', '__proto__', 'constructor', ':', '"', '\\', 'é', '/'),
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.constantFrom('\ud800', '\udc00x'),
  );
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.record({
        leaf: fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.integer(),
          fc.boolean(),
          fc.constant(null),
        ),
      }),
      fc.record({ keys: fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 }) }),
      fc.record({ items: fc.array(tie('tree'), { maxLength: 4 }) }),
    ),
  }));

  /** Writes a tree, each character of a string plain or escaped as the dice say. */
  function spell(node: Tree, dice: () => number): string {
    const gap = [' ', '', '', '\n\t'][dice() % 4];
    if ('leaf' in node) {
      if (typeof node.leaf !== 'string') return `${gap}${JSON.stringify(node.leaf)}`;
      return spellString(node.leaf, dice);
    }
    if ('items' in node) return `[${node.items.map((item) => spell(item, dice)).join()}${gap}]`;
    return `{${node.keys.map(([name, item]) => `${spellString(name, dice)}${gap}:${spell(item, dice)}`).join()}}`;
  }

  function spellString(text: string, dice: () => number): string {
    const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const units = text.split('').map((unit) => {
      const mustEscape = unit < ' ' || unit === '"' || unit === '\\' || !unit.isWellFormed();
      return mustEscape || dice() % 4 === 0 ? escaped(unit) : unit;
    });
    return `"${units.join('')}"`;
  }

  function isFaulty(node: Tree): boolean {
    if ('leaf' in node) {
      if (typeof node.leaf === 'string') return !node.leaf.isWellFormed();
      return typeof node.leaf === 'number' && Math.abs(node.leaf) > Number.MAX_SAFE_INTEGER;
    }
    if ('items' in node) return node.items.some(isFaulty);
    const names = node.keys.map(([name]) => name);
    const wrongName = names.some((name) => name === '__proto__' || name.includes('\\') || !name.isWellFormed());
    return wrongName || new Set(names).size < names.length || node.keys.some(([, item]) => isFaulty(item));
  }

  /** The value that a tree stands for; asking the engine would teach it keys that it then sees everywhere. */
  function meaningOf(node: Tree): unknown {
    if ('items' in node) return node.items.map(meaningOf);
    if ('keys' in node) return Object.fromEntries(node.keys.map(([name, item]) => [name, meaningOf(item)]));
    // JSON writes minus zero as zero.
    return node.leaf === 0 ? 0 : node.leaf;
  }

  const spelled = fc.tuple(tree, fc.infiniteStream(fc.nat(3))).map(([node, dice]) => {
    return { text: spell(node, () => dice.next().value ?? 0), node };
  });

  it('refuses exactly the faulty, and reads the rest as they were meant', () => {
    let refused = 0;
    const runs = 2_000;
    fc.assert(
      fc.property(spelled, ({ text, node }) => {
        const refusal = refusalOf(() => assert.deepEqual(parseStrictJson(text), meaningOf(node)));
        assert.equal(refusal !== undefined, isFaulty(node), `${refusal}: ${text}`);
        if (refusal !== undefined) refused += 1;
      }),
      { numRuns: runs },
    );
    assert.ok(refused > runs / 20 && refused < runs / 1.2, `a one-sided sample: ${refused} of ${runs} were faulty`);
  });

  it('reads every value without faults as the engine does', () => {
    const beyond = (n: string) => Math.abs(Number(n)) > Number.MAX_SAFE_INTEGER;
    const text = fc
      .jsonValue({ maxDepth: 6 })
      .map((value) => JSON.stringify(value))
      .filter((json) => !/__proto__|\\\\/.test(json) && !(json.match(/-?\d[\d.e+-]*/g) ?? []).some(beyond));
    fc.assert(
      fc.property(text, (json) => assert.deepEqual(parseStrictJson(json), JSON.parse(json))),
      { numRuns: 1_000 },
    );
  });

  it('accepts no mutation that the engine refuses or reads otherwise', () => {
    const marks = [
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '\\u',
      '\\ud800',
      '0',
      '-',
      'e9',
      'null',
      '\u0000',
      '\ufeff',
      '"a":1',
    ];
    const change = fc.record({
      at: fc.nat(),
      drop: fc.constantFrom(0, 0, 1, 3),
      put: fc.oneof(fc.constantFrom('', ' ', '0'), fc.constantFrom(...marks)),
    });
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(spelled, fc.array(change, { minLength: 1, maxLength: 2 }), ({ text }, changes) => {
        const mutated = changes.reduce((now, { at, drop, put }) => {
          const start = at % (now.length + 1);
          return now.slice(0, start) + put + now.slice(start + drop);
        }, text);
        let value: unknown;
        if (refusalOf(() => (value = parseStrictJson(mutated))) === undefined) {
          assert.deepEqual(value, JSON.parse(mutated));
          accepted += 1;
        } else refused += 1;
      }),
      { numRuns: 3_000 },
    );
    assert.ok(accepted > 50 && refused > 50, `a one-sided sample: ${accepted} accepted, ${refused} refused`);
  });
});

describe('readUtf8Strict', () => {
  it('reads UTF-8, and keeps a byte order mark for the parser to refuse', () => {
    assert.equal(readUtf8Strict(Buffer.from('{"a":"नमस्ते 😀"}')), '{"a":"नमस्ते 😀"}');
    refuses(readUtf8Strict(Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])), /malformed/);
  });

  it('refuses bytes that are not UTF-8', () => {
    const faults = {
      overlong: [0xc0, 0xaf],
      cut: [0xe0, 0xa4],
      surrogate: [0xed, 0xa0, 0x80],
      beyond: [0xf5, 0x80, 0x80, 0x80],
      latin1: [0xe9],
    };
    for (const [name, bytes] of Object.entries(faults)) {
      assert.equal(
        refusalOf(() => readUtf8Strict(Buffer.from([0x22, ...bytes, 0x22]))),
        'not UTF-8',
        name,
      );
    }
  });
});
