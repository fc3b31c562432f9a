/** Chat requests that are made to hold the event loop: one kind each, at any size within the default limits. */
import type { HostileKind } from './hostile-kind.ts';
import { code, email, list, many, name, phone, PHRASE, repeated, two } from './pieces.ts';

const request = (members: object): string => JSON.stringify({ model: 'gpt-4o-mini', ...members });
const user = (content: string): object => ({ role: 'user', content });
const saying = (text: (size: number) => string) => (size: number) => request({ messages: [user(text(size))] });
const of = (name: string, piece: string): HostileKind => ({ name, body: saying((size) => repeated(piece, size)) });
const distinct = (name: string, piece: (n: number) => string): HostileKind => ({
  name,
  body: saying((size) => many(piece, size)),
});

const result = (content: string): object => ({ role: 'tool', tool_call_id: 'call_1', content });
const asked = (args: string): object => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look_up', arguments: args } }],
});
const withTool = (content: string): string => request({ messages: [user('hi'), asked('{}'), result(content)] });
const nested = (depth: number, inside: string): string => '['.repeat(depth) + inside + ']'.repeat(depth);

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const spoken = (n: number): string => Array.from(String(1000 + (n % 9000)), (digit) => DIGITS[Number(digit)]).join(' ');
const hl7 = (n: number): string =>
  `PID|1||A${n * 7919}^^^MRN||GONZALEZ^${name(n)}||19${two(n, 100)}0101|||||${phone(n)}\r`;
const X12_HEAD =
  'ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*000000001*0*P*:~';

/** A record as FHIR has it. */
const patient = (n: number): object => ({
  resourceType: 'Patient',
  id: `p${n}`,
  identifier: [{ system: 'urn:oid:1.2.36', value: `A${n * 7919}` }],
  name: [{ family: 'Gonzalez', given: [name(n)] }],
  telecom: [{ system: 'phone', value: phone(n) }],
  birthDate: `19${two(n, 100)}-01-0${1 + (n % 9)}`,
});
/** A value in so many strings of JSON, one inside the other. */
const inStrings = (inside: string, depth: number): string =>
  depth === 0 ? inside : inStrings(JSON.stringify({ a: inside }), depth - 1);

/** Kinds of one text, then of documents, of many texts, of JSON and of calls. */
export const CHAT_BODIES: readonly HostileKind[] = [
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
  distinct('first words of names', (n) => `${name(n)} `),
  distinct('street addresses', (n) => `${n} Oak Street, Springfield, IL ${10_000 + (n % 80_000)}; `),
  distinct('spoken numbers', (n) => `my number is ${spoken(n)} five five five ${spoken(n * 7)}, `),
  distinct('social security numbers', (n) => `ssn ${100 + (n % 600)}-${10 + (n % 90)}-${1000 + (n % 9000)}, `),
  distinct('web addresses', (n) => `https://portal-${n}.example/p?id=${n * 31} `),
  distinct('first lines of HL7', (n) => (n === 0 ? 'MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\r' : hl7(n))),
  distinct('X12', (n) => (n === 0 ? X12_HEAD : `NM1*IL*1*GONZALEZ*${name(n)}****MI*A${n * 7919}~`)),
  distinct('a table with commas', (n) => (n === 0 ? 'name,phone,mrn\n' : `${name(n)},${phone(n)},A${n * 7919}\n`)),
  distinct('a table with bars', (n) => (n === 0 ? 'name|phone|mrn\n' : `${name(n)}|${phone(n)}|A${n * 7919}\n`)),
  distinct('an aligned table', (n) => (n === 0 ? 'Name                Phone\n' : `${name(n).padEnd(20)}${phone(n)}\n`)),
  distinct('a table of HTML', (n) =>
    n === 0 ? '<table><tr><th>Name</th><th>Phone</th></tr>' : `<tr><td>${name(n)}</td><td>${phone(n)}</td></tr>`,
  ),
  distinct('XML', (n) =>
    n === 0 ? '<patients>' : `<patient><name>${name(n)}</name><phone>${phone(n)}</phone></patient>`,
  ),
  distinct('a DICOM dump', (n) => `(0010,0010) PN [GONZALEZ^${name(n)}]  # 16, 1 PatientName\n`),
  distinct('captions', (n) => `${n}\n00:00:${two(n, 60)},000 --> 00:00:${two(n, 60)},900\nI am ${name(n)}\n\n`),
  distinct('labelled lines', (n) => `Patient: ${name(n)}\nDOB: ${1 + (n % 12)}/${two(n, 28)}/19${two(n, 100)}\n`),
  distinct('form fields', (n) => `name=${name(n).replace(' ', '+')}&phone=${encodeURIComponent(phone(n))}&`),
  distinct('lines of JSON', (n) => `{"name":"${name(n)}","phone":"${phone(n)}"}\n`),
  { name: 'messages', body: (size) => request({ messages: list((n) => user(`${PHRASE} ${phone(n)}`), size) }) },
  { name: 'empty messages', body: (size) => request({ messages: list(() => user(''), size) }) },
  {
    name: 'parts of a message',
    body: (size) =>
      request({ messages: [{ role: 'user', content: list((n) => ({ type: 'text', text: ` ${n}` }), size) }] }),
  },
  {
    name: 'a long word and another part',
    body: (size) =>
      request({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: `${repeated('a', size)} ` },
              { type: 'text', text: 'x' },
            ],
          },
        ],
      }),
  },
  {
    name: 'parts of a result',
    body: (size) =>
      request({
        messages: [
          user('hi'),
          asked('{}'),
          {
            role: 'tool',
            tool_call_id: 'call_1',
            content: [{ type: 'text', text: JSON.stringify(list((n) => ({ phone: phone(n) }), size / 1.3)) }],
          },
        ],
      }),
  },
  { name: 'cut JSON in a result', body: (size) => withTool(`{"a":"${repeated('a', size)}","b":tru`) },
  {
    name: 'a table of HTML with a long name',
    body: (size) => withTool(`<table><tr><th>Name${repeated(' ', size)}x</th></tr><tr><td>Maria</td></tr></table>`),
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
    name: 'resources of FHIR in a result',
    body: (size) =>
      withTool(
        JSON.stringify({
          resourceType: 'Bundle',
          entry: list((n) => ({ resource: patient(n) }), size * 0.85),
        }),
      ),
  },
  {
    name: 'JSON in strings of JSON',
    body: (size) => withTool(inStrings(JSON.stringify(list((n) => phone(n), size / 9)), 3)),
  },
  { name: 'many results', body: (size) => request({ messages: [user('hi'), ...list((n) => result(phone(n)), size)] }) },
  {
    name: 'many calls',
    body: (size) =>
      request({
        messages: [
          user('hi'),
          {
            role: 'assistant',
            content: null,
            tool_calls: list(
              (n) => ({
                id: `call_${n}`,
                type: 'function',
                function: { name: 'look_up', arguments: JSON.stringify({ name: name(n), phone: phone(n) }) },
              }),
              size,
            ),
          },
        ],
      }),
  },
  {
    name: 'new messages',
    body: (size) => request({ messages: list((n) => user(`I am ${name(n)}, ${phone(n)}.`), size) }),
  },
  {
    name: 'prompt',
    body: (size) =>
      request({
        messages: [
          { role: 'system', content: many((n) => `${n}. Ask for it at ${two(n, 12)}:00. `, size) },
          user('hi'),
        ],
      }),
  },
  {
    name: 'an image',
    body: (size) =>
      request({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image_url', image_url: { url: `data:image/png;base64,${repeated('iVBORw0KGgoAAAANS', size)}` } },
            ],
          },
        ],
      }),
  },
  {
    name: 'escaped letters',
    body: (size) =>
      `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"${repeated('\\u0061', size - (size % 6))}"}]}`,
  },
  { name: 'backslashes', body: (size) => request({ messages: [user(repeated('\\', size / 2))] }) },
  { name: 'lines', body: (size) => request({ messages: [user(repeated('\n', size / 2))] }) },
  {
    name: 'one address of e-mail',
    body: (size) => request({ messages: [user(`my email is ${repeated('maria.', size)}a@clinic.example`)] }),
  },
  { name: 'one name', body: (size) => request({ messages: [user(`my name is ${repeated('Maria ', size)}`)] }) },
  { name: 'one code', body: (size) => request({ messages: [user(`mrn ${repeated('A1B2', size)}`)] }) },
  {
    name: 'a schema',
    body: (size) =>
      request({
        messages: [user('hi')],
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'answer',
            schema: {
              type: 'object',
              properties: Object.fromEntries(
                list((n) => `field_${n}`, size / 4).map((field, n) => [
                  field,
                  { type: 'string', description: `Of ${name(n)}` },
                ]),
              ),
            },
          },
        },
      }),
  },
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
