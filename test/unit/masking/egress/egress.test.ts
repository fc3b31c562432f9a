import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import { EgressSearch } from '../../../../src/masking/egress/egress.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const VALUES: readonly (readonly [string, EntityKind])[] = [
  ['Margaret Whitfield', 'NAME'],
  ["Sean O'Hallorann", 'NAME'],
  ['José García Núñez', 'NAME'],
  ['Сергей Прокофьев', 'NAME'],
  ['Quackenbush', 'NAME'],
  ['(212) 555-0187', 'PHONE'],
  ['219-09-7645', 'SSN'],
  ['77310984', 'MRN'],
  ['AB-123 456', 'MRN'],
  ['1HGCM82633A004352', 'VEHICLE'],
  ['4111 1111 1111 1111', 'CREDIT_CARD'],
  ['zebulon.q@example.org', 'EMAIL'],
  ['04/17/1951', 'DOB'],
  ['march fourteenth nineteen sixty two', 'DOB'],
  ['4242 Kumquat Lane', 'ADDRESS'],
  ['Los Angeles', 'ADDRESS'],
];

function searchFor(values = VALUES): EgressSearch {
  const search = new EgressSearch();
  for (const [value, kind] of values) search.add(value, kind);
  return search;
}

const all = searchFor();
const inBody = (body: string, search = all): EntityKind[] => search.search(Buffer.from(body)).map(({ kind }) => kind);
/** What is found in a message that says the text. */
const said = (text: string, search = all): EntityKind[] =>
  inBody(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }] }), search);

describe('a known value in the outgoing bytes is found', () => {
  it.each(VALUES)('as it was said: %s', (value, kind) => {
    expect(said(value)).toEqual([kind]);
    expect(said(`I am told "${value}", right?`)).toEqual([kind]);
    expect(inBody(JSON.stringify({ [value]: 1 }))).toEqual([kind]);
  });

  it.each<[string, EntityKind]>([
    ['margaret  \t\n whitfield', 'NAME'],
    ['MARGARET WHITFIELD\u2019s', 'NAME'],
    ['margaret-whitfield', 'NAME'],
    ['/patients/margaret_whitfield', 'NAME'],
    ['Margaret, "Whitfield"', 'NAME'],
    ['Marg\u200baret Whit\u00adfield', 'NAME'],
    ['Ｍａｒｇａｒｅｔ Ｗｈｉｔｆｉｅｌｄ', 'NAME'],
    ['\u{1d40c}argaret \u{1d416}hitfield', 'NAME'],
    ['Sean O\u2019Hallorann', 'NAME'],
    ['jose garcia nunez', 'NAME'],
    ['Jose\u0301 Garci\u0301a Nu\u0301n\u0303ez', 'NAME'],
    ['СЕРГЕЙ ПРОКОФЬЕВ', 'NAME'],
    ['quackenbush@nowhere', 'NAME'],
    ['2125550187', 'PHONE'],
    ['+1 212.555.0187', 'PHONE'],
    ['12125550187', 'PHONE'],
    ['tel:212/555 01 87', 'PHONE'],
    ['call_2125550187', 'PHONE'],
    ['２１２ ５５５ ０１８７', 'PHONE'],
    ['٢١٢٥٥٥٠١٨٧', 'PHONE'],
    ['212\u2013555\u20110187', 'PHONE'],
    ['219 09 7645', 'SSN'],
    ['ab123456', 'MRN'],
    ['AB 12-34-56', 'MRN'],
    ['1hgcm82633a004352', 'VEHICLE'],
    ['4111-1111-1111-1111', 'CREDIT_CARD'],
    ['Zebulon.Q@Example.ORG', 'EMAIL'],
    ['04171951', 'DOB'],
    ['March fourteenth, nineteen sixty-two', 'DOB'],
    ['4242  kumquat lane', 'ADDRESS'],
  ])('in another writing: %s', (text, kind) => {
    expect(said(text)).toEqual([kind]);
    expect(said(`so: ${text}.`)).toEqual([kind]);
  });

  it('as a number', () => {
    expect(inBody('{"x":2125550187}')).toEqual(['PHONE']);
    expect(inBody('{"x":[1,-219097645,2]}')).toEqual(['SSN']);
  });

  it('in JSON texts inside strings, however deep and however escaped', () => {
    for (const [value, kind] of VALUES) {
      let text = value;
      for (let depth = 0; depth < 4; depth++) {
        text = JSON.stringify({ a: [text] });
        expect(said(text)).toEqual([kind]);
      }
    }
    const escaped = (text: string): string =>
      text.replace(/./gu, (c) => (/[\w ]/.test(c) ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c));
    expect(said(`{"a":"${escaped('Margaret Whitfield')}"}`)).toEqual(['NAME']);
    expect(inBody(`{"a":"${escaped('219-09-7645')}"}`)).toEqual(['SSN']);
    expect(said('{"a":"Margaret\\nWhitfield, 04\\/17\\/1951"}')).toEqual(['NAME', 'DOB']);
    expect(inBody('{"a":"\\ud835\\udc0cargaret Whitfield"}')).toEqual(['NAME']);
  });

  it('behind a backslash that is none of JSON', () => {
    expect(said('C:\\quackenbush \\4242 Kumquat Lane')).toEqual(['NAME', 'ADDRESS']);
    expect(said('C:\\new nora smithson', searchFor([['nora smithson', 'NAME']]))).toEqual(['NAME']);
    expect(said('C:\\nora smithson', searchFor([['nora smithson', 'NAME']]))).toEqual(['NAME']);
  });

  it.each<[string, string, EntityKind]>([
    ['one word of letters', 'qzx7'.repeat(2000), 'MRN'],
    ['one word of digits', '1234567890'.repeat(50_000), 'MRN'],
    ['digits in words', Array.from({ length: 3000 }, (_, n) => n + 1000).join(' '), 'ACCOUNT'],
    ['one word of digits, just longer than a run', '7'.repeat(65), 'ACCOUNT'],
    ['a long word behind others', `margaret of ${'whitfield'.repeat(1000)}`, 'NAME'],
    ['one word of other letters', 'прокофьев'.repeat(1000), 'NAME'],
    ['one word of escaped letters', 'quacken\u0301bush'.repeat(1000), 'NAME'],
  ])('however long it is: %s', (_, value, kind) => {
    const search = searchFor([[value, kind]]);
    expect(said(`I am told "${value}", right?`, search)).toEqual([kind]);
    expect(said(value.toUpperCase(), search)).toEqual([kind]);
    expect(said(JSON.stringify({ value: [value] }), search)).toEqual([kind]);
  });

  it.each(['', '=', '==', '/'])('that is a whole string of encoded bytes but for %j at its end', (padding) => {
    const value = 'A1b2C3d4E5f6G7h8'.repeat(5);
    const search = new EgressSearch();
    search.add(value, 'OTHER_ID');
    expect(search.search(Buffer.from(JSON.stringify({ content: `${value}${padding}` })))).toHaveLength(1);
    expect(search.search(Buffer.from(JSON.stringify({ content: `x${value}${value}` })))).toHaveLength(0);
  });

  it('as long as all values are looked for: a search says when it has left some out', () => {
    const search = new EgressSearch();
    for (let n = 0; n < 1000; n += 1) search.add(`+1 ${4_150_000_000 + n * 7919}`, 'PHONE');
    expect(search.isFull).toBe(false);
    for (let n = 1000; n < 80_000; n += 1) search.add(`+1 ${4_150_000_000 + n * 79_190}`, 'PHONE');
    expect(search.isFull).toBe(true);
  });

  it('once for each value, in one hit, and never with it', () => {
    const hits = all.search(
      Buffer.from(JSON.stringify([`Margaret Whitfield and margaret whitfield`, 'jose garcia nunez'])),
    );
    expect(hits).toEqual([{ kind: 'NAME' }, { kind: 'NAME' }]);
  });

  it('as soon as it is added', () => {
    const search = new EgressSearch();
    expect(said('Margaret Whitfield 77310984', search)).toEqual([]);
    search.add('Margaret Whitfield', 'NAME');
    expect(said('Margaret Whitfield 77310984', search)).toEqual(['NAME']);
    search.add('77310984', 'MRN');
    search.add('77310984', 'ACCOUNT');
    expect(said('Margaret Whitfield 77310984', search)).toEqual(['NAME', 'MRN']);
  });
});

describe('what is not found', () => {
  it.each([
    ['a number inside a longer one', '921909764512'],
    ['a number inside a word', 'x219097645'],
    ['a number before a letter', '219097645b'],
    ['a number from the pieces of a list', '[2,1,9,0,9,7,6,4,5]'],
    ['a number with other marks', '219:09:7645'],
    ['a number with many marks', '219----09----7645'],
    ['half a name', 'Margaret'],
    ['a name with a word between', 'Margaret Anne Whitfield'],
    ['a name inside words', 'xMargaret Whitfields'],
    ['a name at two ends', 'Whitfield Margaret'],
    ['a place in the name of a time zone', 'America/Los_Angeles'],
    ['a place inside a name', 'los_angeles'],
  ])('%s', (_, text) => {
    expect(said(text)).toEqual([]);
  });

  it('a long word that differs from a known one in its last letter, its length or its middle', () => {
    const search = searchFor([[`${'qzx7'.repeat(2000)}a`, 'MRN']]);
    expect(said(`${'qzx7'.repeat(2000)}b`, search)).toEqual([]);
    expect(said('qzx7'.repeat(2000), search)).toEqual([]);
    expect(said(`${'qzx7'.repeat(2000)}aa`, search)).toEqual([]);
    expect(said(`${'qzx7'.repeat(1500)}8${'qzx7'.repeat(500)}a`.replace('78', '8'), search)).toEqual([]);
  });

  it('a value that is cut by the structure of the body', () => {
    expect(inBody('["Margaret","Whitfield"]')).toEqual([]);
    expect(inBody('{"Margaret":"Whitfield","212":"555","01":"87"}')).toEqual([]);
    expect(inBody('[219,9,7645]')).toEqual([]);
  });

  it.each<[string, EntityKind]>([
    ['Christopher', 'NAME'],
    ['Maria', 'NAME'],
    ['appointment', 'NAME'],
    ['Washington', 'ADDRESS'],
    ['North Carolina', 'ADDRESS'],
    ['the clinic', 'ORG'],
    ['551987', 'OTHER_ID'],
    ['March 14', 'DATE'],
    ['tomorrow morning', 'DATE'],
    ['92 years old', 'AGE'],
    ['assistant', 'NAME'],
    ['max_completion_tokens', 'OTHER_ID'],
    ['', 'NAME'],
    ['---', 'OTHER_ID'],
  ])('%s (%s), which may be anything', (value, kind) => {
    const search = searchFor([[value, kind]]);
    expect(
      inBody(JSON.stringify({ role: 'assistant', max_completion_tokens: 1, content: `${value} ${value}` }), search),
    ).toEqual([]);
  });

  it('the inside of an issued token, as a text and as the name of a tool', () => {
    const search = searchFor([
      ['K Healthcare Name', 'ORG'],
      ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'OTHER_ID'],
      ['K. Healthcare', 'NAME'],
    ]);
    const token = 'MSKV1.NAME.K_HEALTHCARE.ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    expect(said(`hello ${token}, MSK1.HEALTH_PLAN.K_HEALTHCARE.${'A2'.repeat(30)} bye`, search)).toEqual([]);
    expect(said(`ask_${token.replaceAll('.', '_')}`, search)).toEqual([]);
    expect(said('the K Healthcare Name', search)).toEqual(['NAME', 'ORG']);
    expect(said(`${token} K Healthcare`, search)).toEqual(['NAME']);
  });

  it('the name of the model, and only of the model', () => {
    const search = searchFor([['2024-08-06', 'DATE']]);
    expect(inBody('{ "x":"\\"model\\"", "model" : "gpt-4o-2024-08-06","messages":[]}', search)).toEqual([]);
    expect(inBody('{"model":"gpt-4o","metadata":{"model":"gpt-4o-2024-08-06"}}', search)).toEqual(['DATE']);
    expect(inBody('{"user":"2024-08-06","model":"gpt-4o-2024-08-06"}', search)).toEqual(['DATE']);
    expect(inBody('[{"model":"2024-08-06"}]', search)).toEqual(['DATE']);
  });

  it('encoded bytes', () => {
    const encoded = `${'A1b+'.repeat(20)}/219097645/${'A1b+'.repeat(20)}`;
    expect(said(encoded)).toEqual([]);
    expect(said(`data:image/png;base64,${encoded}`)).toEqual([]);
    expect(said(`${encoded} `)).toEqual(['SSN']);
    expect(inBody(JSON.stringify([encoded, '219097645', encoded, '77310984']))).toEqual(['SSN', 'MRN']);
    expect(said('data:text/plain,219097645')).toEqual(['SSN']);
  });

  it('what the policy lets stand, added before or after', () => {
    const search = searchFor([['Whitfield', 'NAME']]);
    search.allow('Whitfield Medical Center');
    search.add('Mercy Medical Group', 'ORG');
    search.allow('mercy  medical group');
    search.allow('1-800-555-0100');
    search.add('800-555-0100', 'PHONE');
    search.allow('whitfield.fax@example.org');
    expect(
      said('Whitfield Medical Center, Mercy Medical Group, 1 800 555 0100, whitfield.fax@example.org', search),
    ).toEqual([]);
    expect(said('Whitfield at Whitfield Medical Center', search)).toEqual(['NAME']);
    expect(said('(800) 555-0100', search)).toEqual(['PHONE']);
  });

  it('anything, where nothing is known', () => {
    expect(said('Margaret Whitfield 219-09-7645', new EgressSearch())).toEqual([]);
  });
});

describe('whatever the bytes', () => {
  it('a planted value is found in any surroundings, in any writing', () => {
    const value = fc.constantFrom(...VALUES);
    const spelling = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.toUpperCase(),
      (text) => text.toLowerCase(),
      (text) => text.replaceAll(' ', '  \n '),
      (text) => text.normalize('NFD'),
      (text) => text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
    );
    const nest = fc.nat(3);
    fc.assert(
      fc.property(
        value,
        spelling,
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        nest,
        ([text, kind], spell, before, after, depth) => {
          let planted = `${before} . ${spell(text)} . ${after}`;
          for (let level = 0; level < depth; level++) planted = JSON.stringify({ k: planted });
          // What stands around it may be known by chance, but it itself is always found.
          expect(said(planted)).toContain(kind);
          // Where it alone is known, most words are passed over by their first letter.
          expect(said(planted, searchFor([[text, kind]]))).toEqual([kind]);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('the time is that of the bytes, however they are made', () => {
    // What is quadratic, or recurses, does not end here.
    const bodies = [
      '\\',
      '\\ud835',
      '\\\\n',
      'MSK1_A_A_',
      'margaret ',
      '2 1 ',
      'margaret whitfield ',
      '"',
      '{"model":',
      'é',
      'ﷺ',
      'A1b+219097645/',
    ];
    for (const piece of bodies) all.search(Buffer.from(`"${piece.repeat(300_000 / piece.length)}"`));
    const repeating = searchFor(Array.from({ length: 60 }, (_, n) => ['1'.repeat(n + 7), 'ACCOUNT'] as const));
    for (let n = 1; n < 16; n++) repeating.add('abcdefgh '.repeat(n), 'NAME');
    repeating.search(Buffer.from(`"${'1 '.repeat(150_000)}"`));
    repeating.search(Buffer.from(`"${'abcdefgh '.repeat(30_000)}"`));
  });

  it('never throws, and finds nothing in what has nothing of the values', () => {
    const harmless = fc.string({
      unit: fc.constantFrom(
        '\\',
        '"',
        'n',
        'u',
        '0',
        '1',
        '4',
        ' ',
        '-',
        'M',
        'MSK1',
        '_',
        '.',
        'A',
        '\u{1f600}',
        '\ud800',
        'é',
      ),
    });
    fc.assert(
      fc.property(harmless, fc.uint8Array(), (text, bytes) => {
        expect(said(text)).toEqual([]);
        all.search(bytes);
        all.search(Buffer.from(text));
      }),
      { numRuns: 2000 },
    );
  });
});
