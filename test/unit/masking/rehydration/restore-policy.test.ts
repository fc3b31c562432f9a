/** Values come back only where the policy lets them, streamed and whole alike. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rehydratingChatResponse } from '../../../../src/masking/rehydration/chat-response.ts';
import { mayReturn, RESTORE_ALL, SPEECH, type RestoreRules } from '../../../../src/masking/rehydration/destination.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { ChatStreamRehydrator } from '../../../../src/masking/rehydration/sse.ts';
import { TextLane } from '../../../../src/masking/rehydration/text-lane.ts';
import { cut, indexOf, NAME, PHONE, QUOTED, refusals, rehydrator, vault } from './answers.ts';

const rules = (some: Partial<RestoreRules>): RestoreRules => ({ ...RESTORE_ALL, ...some });

const [EMAIL, LINK, HOST] = [vault('EMAIL', 0x61), vault('URL', 0x62), vault('URL', 0x63)];
const CALLER = vault('PHONE', 0x64);
const index = indexOf(
  new Map([
    [NAME, 'Maria (Müller) & co'],
    [EMAIL, 'maria@example.com'],
    [LINK, 'https://portal.example/a?b=1'],
    [HOST, 'portal.example/a b'],
    [CALLER, '+1 555-0100'],
  ]),
);

function speak(text: string, restore = RESTORE_ALL, counts = new RehydrationCounts()): string {
  return rehydrator(counts, restore, index).text(text, SPEECH);
}

describe('what may return', () => {
  it('is said for speech, tools and URLs apart', () => {
    const some = rules({ speech: ['NAME'], toolArguments: ['NAME', 'PHONE'], urls: ['PHONE'], tools: ['book'] });
    expect(mayReturn(some, 'NAME', SPEECH, false)).toBe(true);
    expect(mayReturn(some, 'PHONE', SPEECH, false)).toBe(false);
    expect(mayReturn(some, 'NAME', SPEECH, true)).toBe(false);
    const to = (name: string | null) => ({ to: 'tool', name }) as const;
    expect(mayReturn(some, 'PHONE', to('book'), false)).toBe(true);
    expect(mayReturn(some, 'PHONE', to('book'), true)).toBe(true);
    expect(mayReturn(some, 'SSN', to('book'), false)).toBe(false);
    expect(mayReturn(some, 'PHONE', to('send'), false)).toBe(false);
    expect(mayReturn(some, 'PHONE', to(null), false)).toBe(false);
    expect(mayReturn(RESTORE_ALL, 'PHONE', to(null), true)).toBe(true);
  });
});

describe('what may not return', () => {
  it('is a literal, counted as withheld, however it is spelled', () => {
    const counts = new RehydrationCounts();
    expect(speak(`${NAME}, ${NAME.toLowerCase()}, ${EMAIL}`, rules({ speech: ['EMAIL'] }), counts)).toBe(
      '[REDACTED:NAME], [REDACTED:NAME], maria@example.com',
    );
    expect(refusals(counts)).toEqual({ 'NAME withheld': 2 });
    expect([counts.exact, counts.repaired]).toEqual([new Set([EMAIL]), new Set()]);
  });
});

describe('a URL', () => {
  it.each([
    [`https://x.example/?q=${NAME}&r=1`, 'https://x.example/?q=Maria%20%28M%C3%BCller%29%20%26%20co&r=1'],
    [`HTTP://x.example/${NAME}`, 'HTTP://x.example/Maria%20%28M%C3%BCller%29%20%26%20co'],
    [`www.x.example/${NAME}.`, 'www.x.example/Maria%20%28M%C3%BCller%29%20%26%20co.'],
    [`//x.example/${EMAIL}`, '//x.example/maria%40example.com'],
    [`mailto:${EMAIL}?subject=${NAME}`, 'mailto:maria@example.com?subject=Maria%20%28M%C3%BCller%29%20%26%20co'],
    [`tel:${CALLER}`, 'tel:+1%20555-0100'],
    [`[site](${LINK})`, '[site](https://portal.example/a?b=1)'],
    [`[site](<${LINK}>)`, '[site](<https://portal.example/a?b=1>)'],
    [`https://${HOST}`, 'https://portal.example/a%20b'],
    [`https://x.example/?next=${LINK}`, 'https://x.example/?next=https%3A%2F%2Fportal.example%2Fa%3Fb%3D1'],
    [`[a](/p?n=(${EMAIL}))`, '[a](/p?n=(maria%40example.com))'],
    [`[a](/p?n=(1)&m=${EMAIL})`, '[a](/p?n=(1)&m=maria%40example.com)'],
    [`${LINK}?q=${EMAIL}`, 'https://portal.example/a?b=1?q=maria%40example.com'],
  ])('has its values percent-encoded: %s', (text, expected) => {
    expect(speak(text)).toBe(expected);
  });

  it.each([
    [`https://x.example/ ${NAME}`],
    [`"https://x.example/" ${NAME}`],
    [`<https://x.example>${NAME}`],
    [`[site](https://x.example) ${NAME}`],
    [`[site](https://x.example)${NAME}`],
    [`a hotel:${NAME}`],
    [`and/or ${NAME} (${NAME})`],
    [`Name:${NAME}`],
    [`<img src="/x">${NAME}`],
    [`<a href='x'>${NAME}</a>`],
    [`[site]: x.example\n${NAME}`],
    [`url(x.png) ${NAME}`],
    [`<foo:bar> ${NAME}`],
    [`(see ${NAME})`],
    [`src: ${NAME}`],
    [`src ${' '.repeat(60)}: ${NAME}`],
    [`[a](x.example\n\n${NAME}`],
    [`x.example/ ${NAME}`],
    [`x.example: ${NAME}`],
    [`at 12/5/2026?${NAME}`],
    [`1.5/${NAME}`],
    [`<a href="https://x.example/">${NAME}</a>`],
    [`<img src=https://x.example/x.png>${NAME}`],
    [`![a](https://x.example/x.png)${NAME}`],
    [`[![a](https://x.example/x.png)](https://x.example)${NAME}`],
    [`[a] [site](https://x.example)${NAME}`],
    [`@import "/x"; ${NAME}`],
  ])('is not there, or at its end: %s', (text) => {
    const counts = new RehydrationCounts();
    speak(text, rules({ urls: [] }), counts);
    expect(counts.refused).toEqual([]);
  });

  it('keeps out what may not be in one, though it may be said', () => {
    const counts = new RehydrationCounts();
    const some = rules({ urls: ['EMAIL'] });
    expect(speak(`${NAME}: ![x](https://evil.example/?n=${NAME}&e=${EMAIL}) ${NAME}`, some, counts)).toBe(
      'Maria (Müller) & co: ![x](https://evil.example/?n=[REDACTED:NAME]&e=maria%40example.com) Maria (Müller) & co',
    );
    expect(refusals(counts)).toEqual({ 'NAME withheld': 1 });
  });

  it('is seen behind the escapes of JSON, and ends with its string', () => {
    const some = rules({ urls: [] });
    const text = JSON.stringify({ url: `https://evil.example/?n=${NAME}`, name: NAME }).replaceAll('/', '\\/');
    const restored = JSON.parse(rehydrator(undefined, some, index).text(text, SPEECH, 'json')) as JsonObject;
    expect(restored).toEqual({ url: 'https://evil.example/?n=[REDACTED:NAME]', name: 'Maria (Müller) & co' });
  });

  it.each([
    ...['https:/x.example/?n=$', 'https:\\\\x.example\\$', 'https:x.example/$', 'HTTP:x.example/$', 'ftp:x.example/$'],
    ...['(//x.example/$)', '<img src=//x.example/$>', "<img src='//x.example/$'>", 'https:\\/\\/x.example\\/$'],
    ...['![a]( x.example/$)', '![a](\n x.example/$)', '![a](x.example/\\)$)'],
    ...['https://x.example/?n=\u00a0$', 'https://x.example/\u3000$', 'https://x.example/?n="$', 'https://x.example/`$'],
    ...['![a](//x.example/?n="a"$)', '![a](/x\u00a0$)', '![a](</x y $>)', '![a](<x.example/\\>$>)', '[a](x((a)b)$)'],
    ...['[a]: x.example/$', '[a]:\n  x.example/?q=$', '[a]: <x y $>', '[a]: //x.example/\u00a0$'],
    ...['<img src="/x y $">', "<img src='/x \"$'>", '<a href = "a>b $">', '<form action=/x?$>', '<video poster="$">'],
    ...['"https://x.example/"$', "'https://x.example/?n='$", '<1:https://x.example/>$', '("https://x.example/"$)'],
    ...[`<img src${' '.repeat(60)}="/x y $">`, `<a href\n${'\t'.repeat(60)}=\n${' '.repeat(60)}'/x $'>`],
    ...[
      '<img data-src="/x $">',
      '<a v-bind:href="/x $">',
      `<iframe srcdoc="<img src='//x/ $'>">`,
      '<use xlink:href="$">',
    ],
    ...[
      'x.example/$',
      'see x.example?q=$',
      'x.example:8080/#$',
      '10.0.0.5/$',
      '(x.xn--p1ai/$)',
      '[img]x.example/$[/img]',
    ],
    ...['[a](x y $)', '![a](//x.example/\n?q=$)', '[a](/x "b" $)', "background: image-set('/x y $' 1x)"],
    ...['https://x.example/](y)$', 'href="https://x.example/"$', 'url(https://x.example/)$', '\\<https://x.example/>$'],
    ...[
      '](https://x.example/)$',
      '\\[a](https://x.example/)$',
      '`[`](https://x.example/)$',
      '[\n](https://x.example/)$',
    ],
    ...['[a [b](c) ](https://x.example/)$', '[a](b](https://x.example/)$', '<b c="[">](https://x.example/)$'],
    ...['[a]: href="/x $"', '<a href=url(/x $)>', '<style>@import "/x $";', '<a attributionsrc="/x $">'],
    ...['background: url(/x?$)', 'url( "x y $")', "url('a)b $')", '<foo:$>', '<https://x.example/$>', '<img src=`$`>'],
  ])('is known as browsers know it: %s', (text) => {
    const counts = new RehydrationCounts();
    expect(speak(text.replace('$', NAME), rules({ urls: [] }), counts)).toBe(text.replace('$', '[REDACTED:NAME]'));
    expect(refusals(counts)).toEqual({ 'NAME withheld': 1 });
  });

  it('restores nothing more in a text with more open links than are followed', () => {
    const counts = new RehydrationCounts();
    const text = `${'url('.repeat(17)}${')'.repeat(17)} ${NAME}`;
    speak(text.replace('url(', ''), rules({ urls: [] }), counts);
    expect(counts.refused).toEqual([]);
    speak(text, rules({ urls: [] }), counts);
    expect(refusals(counts)).toEqual({ 'NAME withheld': 1 });
  });

  it.each([
    ...['https://x.example/?n=\t$', 'https://x.example/?n=\n$', 'https://x.example/?n=a $', 'https://x.example/?n="$'],
    ...[
      ' https://x.example/<$',
      '\u0001//x.example/ $',
      'www.x.example/ $',
      'https:x.example/?n=\u3000$',
      'ht\ttps:x.example/ $',
      'w\nww.x.example/ $',
      'mailto:a@x.example?body=a $',
    ],
  ])('that a tool is called with reaches to the end of its string: %j', (text) => {
    const some = rules({ urls: [] });
    const lane = (json: string): string =>
      rehydrator(undefined, some, index).text(json, { to: 'tool', name: 'get' }, 'arguments');
    const given = (value: string, name: string): JsonValue =>
      JSON.parse(lane(JSON.stringify({ url: value, name }))) as JsonValue;
    const withheld = text.replace('$', '[REDACTED:NAME]');
    expect(given(text.replace('$', NAME), NAME)).toEqual({ url: withheld, name: 'Maria (Müller) & co' });
    expect(given(JSON.stringify({ a: text.replace('$', NAME) }), NAME)).toEqual({
      url: JSON.stringify({ a: withheld }),
      name: 'Maria (Müller) & co',
    });
    expect(given(`See ${text.replace('$', 'x')} ${NAME}`, '')).toEqual({
      url: `See ${text.replace('$', 'x')} Maria (Müller) & co`,
      name: '',
    });
  });

  it('in the string of a tool ends at white space for what may be in it', () => {
    const text = JSON.stringify({ text: `https://x.example/${EMAIL} for ${NAME}` });
    const restored = rehydrator(undefined, RESTORE_ALL, index).text(text, { to: 'tool', name: 'send' }, 'arguments');
    expect(JSON.parse(restored)).toEqual({ text: 'https://x.example/maria%40example.com for Maria (Müller) & co' });
  });

  it('is the same however the text is cut', () => {
    const piece = fc.constantFrom(
      'https',
      '\\',
      '\t',
      NAME,
      EMAIL,
      LINK,
      CALLER,
      'https:',
      '//',
      'x.example',
      '?q=',
      ' ',
      ')',
      '](',
      '[a',
      '<',
      '>',
      'www',
      '.',
      'mailto',
      'tel',
      ':',
      '(',
      '"',
      '\n',
      '\\/',
      '/',
      'src',
      '=',
      '\n\n',
    );
    const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const some = rules({ urls: ['EMAIL', 'URL'] });
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.nat(300), { maxLength: 10 }),
        fc.constantFrom('plain', 'json'),
        (text, places, form) => {
          const whole = rehydrator(undefined, some, index).text(text, SPEECH, form);
          const lane = new TextLane(rehydrator(undefined, some, index), form);
          const pieces = cut(text, places).map((part) => (lane.passes(part) ? part : lane.push(part, SPEECH, false)));
          expect(pieces.join('') + lane.push('', SPEECH, true)).toBe(whole);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

describe('a tool', () => {
  const some = rules({ toolArguments: ['PHONE', 'ADDRESS'], tools: ['book', 'call Maria Müller'] });
  const call = (name: string | undefined, args: string, number = 0) => ({
    index: number,
    type: 'function',
    function: { ...(name === undefined ? {} : { name }), arguments: args },
  });

  function whole(message: JsonValue, counts = new RehydrationCounts()): JsonValue {
    const body = runAtOnce(rehydratingChatResponse({ choices: [{ index: 0, message }] }, rehydrator(counts, some))) as {
      choices: { message: JsonValue }[];
    };
    return body.choices[0]?.message ?? null;
  }

  /** The arguments of each call, as a client puts them together. */
  function streamed(deltas: readonly JsonObject[], counts = new RehydrationCounts()): string[] {
    const stream = new ChatStreamRehydrator(rehydrator(counts, some));
    const texts: string[] = [];
    const events = [
      ...deltas.map((delta) => ({ choices: [{ index: 0, delta }] })),
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ];
    for (const event of events) {
      const out = Buffer.from(stream.push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`))).toString();
      for (const block of out.split('\n\n').filter((text) => text !== '')) {
        const chunk = JSON.parse(block.slice(6)) as {
          choices: { delta: { tool_calls?: { index: number; function: { arguments: string } }[] } }[];
        };
        for (const { index: at, function: called } of chunk.choices[0]?.delta.tool_calls ?? [])
          texts[at] = (texts[at] ?? '') + called.arguments;
      }
    }
    return texts;
  }

  it('receives what its kind allows, if it is one that may receive anything', () => {
    const counts = new RehydrationCounts();
    const args = `{"phone":"${PHONE}","name":"${NAME}"}`;
    expect(whole({ content: NAME, tool_calls: [call('book', args), call('send', args, 1)] }, counts)).toMatchObject({
      content: 'Maria Müller',
      tool_calls: [
        { function: { name: 'book', arguments: '{"phone":"555-0100","name":"[REDACTED:NAME]"}' } },
        { function: { name: 'send', arguments: '{"phone":"[REDACTED:PHONE]","name":"[REDACTED:NAME]"}' } },
      ],
    });
    expect(refusals(counts)).toEqual({ 'NAME withheld': 2, 'PHONE withheld': 1 });
  });

  it('is known by its name wherever the call stands', () => {
    expect(whole({ function_call: { arguments: PHONE, name: 'book' } })).toEqual({
      function_call: { arguments: '555-0100', name: 'book' },
    });
    expect(whole({ function_call: { name: 'send', arguments: PHONE } })).toEqual({
      function_call: { name: 'send', arguments: '[REDACTED:PHONE]' },
    });
    const custom = (name: string) => ({ tool_calls: [{ type: 'custom', custom: { name, input: QUOTED } }] });
    expect(JSON.stringify(whole(custom('book')))).toContain('Oak');
    expect(JSON.stringify(whole(custom('send')))).toContain('[REDACTED:ADDRESS]');
  });

  it('is none of those that one call names', () => {
    const both = (named: string, other: string): JsonObject => ({
      tool_calls: [{ function: { name: named, arguments: PHONE }, custom: { name: other, input: PHONE } }],
    });
    expect(JSON.stringify(whole(both('book', 'send')))).not.toContain('555');
    expect(JSON.stringify(whole(both('send', 'book')))).not.toContain('555');
    expect(
      JSON.stringify(whole({ tool_calls: [{ name: 'send', function: { name: 'book', arguments: PHONE } }] })),
    ).not.toContain('555');
    expect(JSON.stringify(whole(both('book', 'book')))).toContain('555-0100');
  });

  it('keeps its name for all the chunks of its call, each call its own', () => {
    const counts = new RehydrationCounts();
    const deltas = [
      { tool_calls: [call('book', '')] },
      { tool_calls: [call('send', `{"p":"${PHONE.slice(0, 20)}`, 1), call(undefined, '{"p":"')] },
      { tool_calls: [call(undefined, PHONE.slice(0, 7)), call(undefined, PHONE.slice(20), 1)] },
      { tool_calls: [call(undefined, `${PHONE.slice(7)}"}`)] },
      { tool_calls: [call(undefined, '"}', 1)] },
    ];
    expect(streamed(deltas, counts)).toEqual(['{"p":"555-0100"}', '{"p":"[REDACTED:PHONE]"}']);
    expect(refusals(counts)).toEqual({ 'PHONE withheld': 1 });
  });

  it('whose name comes in pieces is known by all of it, and one that repeats it by one', () => {
    expect(streamed([{ tool_calls: [call('bo', '')] }, { tool_calls: [call('ok', PHONE)] }])).toEqual(['555-0100']);
    expect(streamed([{ tool_calls: [call('book', '')] }, { tool_calls: [call('book', PHONE)] }])).toEqual(['555-0100']);
    expect(streamed([{ tool_calls: [call('book', '')] }, { tool_calls: [call('ing', PHONE)] }])).toEqual([
      '[REDACTED:PHONE]',
    ]);
    expect(streamed([{ tool_calls: [call(undefined, PHONE)] }, { tool_calls: [call('book', '')] }])).toEqual([
      '[REDACTED:PHONE]',
    ]);
  });

  it('is known by the name that the client gave it, though the model was given another', () => {
    const masked = `call ${NAME}`;
    expect(whole({ tool_calls: [call(masked, PHONE)] })).toMatchObject({
      tool_calls: [{ function: { arguments: '555-0100' } }],
    });
    expect(streamed([{ tool_calls: [call(masked, PHONE)] }])).toEqual(['555-0100']);
  });
});
