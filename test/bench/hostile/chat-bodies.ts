/** Requests and answers that are made to hold the event loop: one kind each, at any size within the default limits. */

/** A body of about `size` bytes. */
export interface HostileKind {
  readonly name: string;
  readonly body: (size: number) => string;
  /** What the same call says first, so that its values are known. */
  readonly before?: (size: number) => string;
}

const PHRASE = 'the patient said that she would call the office back tomorrow morning and ';

function repeated(piece: string, size: number): string {
  return piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
}

/** As many pieces as fit, each made by its number. */
function many(piece: (n: number) => string, size: number): string {
  const parts: string[] = [];
  for (let length = 0, n = 0; length < size; n += 1) {
    const part = piece(n);
    parts.push(part);
    length += part.length;
  }
  return parts.join('').slice(0, size);
}

function list<T>(item: (n: number) => T, size: number): T[] {
  const items: T[] = [];
  for (let length = 0, n = 0; length < size; n += 1) {
    const made = item(n);
    items.push(made);
    length += JSON.stringify(made).length + 1;
  }
  return items;
}

const request = (members: object): string => JSON.stringify({ model: 'gpt-4o-mini', ...members });
const user = (content: string): object => ({ role: 'user', content });
const saying = (text: (size: number) => string) => (size: number) => request({ messages: [user(text(size))] });
const of = (name: string, piece: string): HostileKind => ({ name, body: saying((size) => repeated(piece, size)) });
const distinct = (name: string, piece: (n: number) => string): HostileKind => ({
  name,
  body: saying((size) => many(piece, size)),
});

const two = (n: number, most: number): string => String(n % most).padStart(2, '0');
const phone = (n: number): string => `(${200 + (n % 700)}) 555-${String(n % 10_000).padStart(4, '0')}`;
const email = (n: number): string => `person.${n}@clinic-${n % 97}.example`;
const code = (n: number): string => `MRN A${n * 7919}-${n % 10}`;

const result = (content: string): object => ({ role: 'tool', tool_call_id: 'call_1', content });
const asked = (args: string): object => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look_up', arguments: args } }],
});
const withTool = (content: string): string => request({ messages: [user('hi'), asked('{}'), result(content)] });
const nested = (depth: number, inside: string): string => '['.repeat(depth) + inside + ']'.repeat(depth);

/** Kinds of one text, then of many texts, of JSON and of calls. */
export const HOSTILE_KINDS: readonly HostileKind[] = [
  of('numbers', '1 '),
  of('digits', '1234567890'),
  of('digits with separators', '12-34.'),
  of('words', PHRASE),
  of('one word', 'a'),
  of('capitals', 'Aa '),
  of('spelled letters', 'a b '),
  of('number words', 'five oh double one '),
  of('base64', 'aGVsbG8gd29ybGQ'),
  of('confusables', '\u0430\u0455\uff11\u200b1'),
  of('combining marks', 'e\u0301\u0316'),
  of('brackets', '[{('),
  of('escapes', '%41&#65;\\u0041'),
  of('tokens', '[MSKV1.NAME.abcdefghij]'),
  of('token beginnings', '[MSK'),
  of('lines of a table', 'name|phone|dob\n'),
  of('segments of a message', 'PID|1||4471^^^MRN||DOE^JOHN\r'),
  distinct('telephone numbers', (n) => `${phone(n)}, `),
  distinct('addresses of e-mail', (n) => `${email(n)} `),
  distinct('codes', (n) => `${code(n)}; `),
  distinct('dates', (n) => `born ${1 + (n % 12)}/${two(n, 28)}/19${two(n, 100)}, `),
  distinct('names', (n) => `my name is Maria${String.fromCharCode(97 + (n % 26))} Gonzalez${n}. `),
  { name: 'messages', body: (size) => request({ messages: list((n) => user(`${PHRASE} ${phone(n)}`), size) }) },
  { name: 'empty messages', body: (size) => request({ messages: list(() => user(''), size) }) },
  {
    name: 'parts of a message',
    body: (size) =>
      request({ messages: [{ role: 'user', content: list((n) => ({ type: 'text', text: ` ${n}` }), size) }] }),
  },
  {
    name: 'tools',
    body: (size) =>
      request({
        messages: [user('hi')],
        tools: list(
          (n) => ({
            type: 'function',
            function: {
              name: `tool_${n}`,
              description: `Calls ${phone(n)}`,
              parameters: { type: 'object', properties: { [`field_${n}`]: { type: 'string', enum: [phone(n)] } } },
            },
          }),
          size,
        ),
      }),
  },
  { name: 'numbers in a result', body: (size) => withTool(`[${many((n) => `${n},`, size - 2)}0]`) },
  { name: 'texts in a result', body: (size) => withTool(JSON.stringify(list((n) => phone(n), size))) },
  {
    name: 'records in a result',
    body: (size) => withTool(JSON.stringify(list((n) => ({ id: n, phone: phone(n), name: 'Maria' }), size))),
  },
  { name: 'one text in a result', body: (size) => withTool(JSON.stringify({ note: repeated('1 ', size) })) },
  { name: 'a code in a result', body: (size) => withTool(JSON.stringify({ mrn: repeated('1234567890', size) })) },
  { name: 'nested result', body: (size) => withTool(nested(Math.min(size / 2, 50_000), '1')) },
  {
    name: 'numbers in arguments',
    body: (size) => request({ messages: [user('hi'), asked(`{"a":[${many((n) => `${n},`, size - 9)}0]}`)] }),
  },
  {
    name: 'numbers in an unknown field',
    body: (size) => request({ messages: [user('hi')], extra: list((n) => n, size) }),
  },
  {
    name: 'texts in an unknown field',
    body: (size) => request({ messages: [user('hi')], extra: list((n) => `a${n}`, size) }),
  },
  {
    name: 'keys in an unknown field',
    body: (size) =>
      request({ messages: [user('hi')], extra: Object.fromEntries(list((n) => n, size).map((n) => [`k${n}`, n])) }),
  },
  {
    name: 'empty lists',
    body: (size) =>
      `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"extra":[${repeated('[],', size)}[]]}`.replace(
        /,\[?,?\[\]\]/,
        ',[]]',
      ),
  },
  {
    name: 'one number',
    body: (size) =>
      `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"extra":${repeated('7', size)}}`,
  },
  {
    name: 'white space',
    body: (size) => `{"model":"gpt-4o-mini",${' '.repeat(size)}"messages":[{"role":"user","content":"hi"}]}`,
  },
  { name: 'no JSON', body: (size) => repeated('[', size) },
  {
    name: 'known values',
    before: (size) => request({ messages: [user(many((n) => `${phone(n)}, `, Math.min(size, 20_000)))] }),
    body: (size) =>
      request({
        messages: [
          user(many((n) => `${phone(n)}, `, Math.min(size, 20_000))),
          user(many((n) => `${phone(n % 1000)}, `, size)),
        ],
      }),
  },
  {
    name: 'parts of known values',
    before: () => request({ messages: [user(`mrn ${repeated('a1', 200)}, mrn ${repeated('1-', 300)}`)] }),
    body: (size) => request({ messages: [user(repeated('a1a1 1-1 ', size))] }),
  },
];
