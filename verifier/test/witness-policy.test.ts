/** Witness policies, against the C2SP document and transparency-dev/formats. */
import { describe, expect, it } from 'vitest';
import { judgeCheckpoint, parsePolicy, parseVerifierKey } from '../src/verify.ts';
import { checkpointText, codeOf, noteKey, vkeyOf } from './note-builder.ts';

const log = noteKey('example.com/log', 20);
const otherLog = noteKey('other.example.com/log', 21);
const witness = (number: number) => noteKey(`Wit${number}`, 30 + number, 4);
const [w1, w2, w3] = [witness(1), witness(2), witness(3)];
const vkey = (number: number): string => witness(number).vkey;
const mlDsa = vkeyOf('mldsa.example.com', 6, new Uint8Array(1312));

/** The policy with its keys left out. */
function outline(text: string | Uint8Array) {
  const { logs, witnesses, groups, quorum } = parsePolicy(text);
  return {
    logs: logs.map(({ key, url }) => [key.name, url]),
    witnesses: witnesses.map(({ name, key, url }) => [name, key.name, url]),
    groups,
    quorum,
  };
}

describe('parsePolicy', () => {
  // transparency-dev/formats v0.1.1, policy/tlog_policy_test.go, with keys of our own.
  it('reads the example of tlog-policy', () => {
    const text = `log ${log.vkey}

witness X1 ${vkey(1)}
witness X2 ${vkey(2)}
witness X3 ${vkey(3)}
group X-witnesses 2 X1 X2 X3

witness Y1 ${vkey(4)}
witness Y2 ${vkey(5)}
witness Y3 ${vkey(6)}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;
    expect(outline(text)).toEqual({
      logs: [['example.com/log', null]],
      witnesses: ['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'].map((name, at) => [name, `Wit${at + 1}`, null]),
      groups: [
        { name: 'X-witnesses', threshold: 2, members: ['X1', 'X2', 'X3'] },
        { name: 'Y-witnesses', threshold: 1, members: ['Y1', 'Y2', 'Y3'] },
        { name: 'X-and-Y', threshold: 2, members: ['X-witnesses', 'Y-witnesses'] },
      ],
      quorum: 'X-and-Y',
    });
  });

  it('reads white space, comments, URLs, and names that are keywords', () => {
    expect(outline('quorum none\n')).toEqual({ logs: [], witnesses: [], groups: [], quorum: 'none' });
    const spaced = `\n# comment\n\t # another comment\n\twitness \t w1  ${vkey(1)}   https://w1.example.com/  \n\n  quorum\tw1`;
    expect(outline(spaced)).toMatchObject({ witnesses: [['w1', 'Wit1', 'https://w1.example.com/']], quorum: 'w1' });
    const words = `witness all ${vkey(1)}\nwitness any ${vkey(2)}\ngroup group 2 all any\nquorum group\n`;
    expect(outline(words)).toMatchObject({ groups: [{ name: 'group', threshold: 2, members: ['all', 'any'] }] });
    expect(outline(`log ${log.vkey} https://log.example.com/\nquorum none\n`).logs).toEqual([
      ['example.com/log', 'https://log.example.com/'],
    ]);
    expect(outline(`quorum none\nwitness late ${vkey(1)}\n`).witnesses).toHaveLength(1);
  });

  it('takes names as octets: a K is no Kelvin sign, and names need not be UTF-8', () => {
    const kelvin = `witness K ${vkey(1)}\nwitness \u212a ${vkey(2)}\nquorum \u212a\n`;
    expect(outline(kelvin)).toMatchObject({
      witnesses: [
        ['K', 'Wit1', null],
        ['\u212a', 'Wit2', null],
      ],
      quorum: '\u212a',
    });
    const line = (name: string): Buffer => Buffer.from(name, 'latin1');
    const octets = Buffer.concat([line('witness w\x80 '), line(vkey(1)), line('\nquorum w\x80\n')]);
    expect(outline(octets)).toMatchObject({ witnesses: [['w\x80', 'Wit1', null]], quorum: 'w\x80' });
    const twins = Buffer.concat([
      line('witness \xe9 '),
      line(vkey(1)),
      Buffer.from(`\nwitness \xe9 ${vkey(2)}\nquorum none\n`),
    ]);
    expect(codeOf(() => parsePolicy(twins))).toBe('malformed_policy');
  });

  it('reads keys of ML-DSA-44, which never count, and supports 256 witnesses', () => {
    expect(outline(`log ${mlDsa}\nwitness w1 ${mlDsa}\nquorum w1\n`).witnesses).toHaveLength(1);
    const many = (count: number): string =>
      `${Array.from({ length: count }, (_, at) => `witness w${at} ${vkeyOf('w', 4, Buffer.alloc(32, at).fill(at >> 8, 0, 1))}\n`).join('')}quorum w0\n`;
    expect(outline(many(256)).witnesses).toHaveLength(256);
    expect(codeOf(() => parsePolicy(many(257)))).toBe('input_too_large');
  });

  const dup = vkeyOf('impostor.example.com', 4, w1.publicKey);
  it.each([
    ['a control character', 'quorum none\n\u0001', 'malformed_policy'],
    ['a carriage return', 'quorum none\r\n', 'malformed_policy'],
    ['the control character DEL', 'quorum none\n\u007f', 'malformed_policy'],
    ['an unknown keyword', 'quibble w1\nquorum none\n', 'malformed_policy'],
    ['a keyword in capitals', 'QUORUM none\n', 'malformed_policy'],
    [
      'a comment behind a line',
      `witness w1 ${vkey(1)} https://w1.example.com/ # comment\nquorum w1\n`,
      'malformed_policy',
    ],
    ['a log without a key', 'log\nquorum none\n', 'malformed_policy'],
    ['a log whose key is none', 'log garbage\nquorum none\n', 'malformed_key'],
    [
      'a log with a key of an unknown type',
      `log ${vkeyOf('x', 0x63, log.publicKey)}\nquorum none\n`,
      'unsupported_key',
    ],
    ["a log with a witness's key", `log ${vkey(1)}\nquorum none\n`, 'unsupported_key'],
    ['one log twice', `log ${log.vkey}\nlog ${log.vkey} https://log.example.com/\nquorum none\n`, 'malformed_policy'],
    ['a witness without a key', 'witness w1\nquorum none\n', 'malformed_policy'],
    ['a witness with an ECDSA key', `witness w1 ${vkeyOf('e', 2, w1.publicKey)}\nquorum w1\n`, 'unsupported_key'],
    ["a witness with a log's key", `witness w1 ${log.vkey}\nquorum w1\n`, 'unsupported_key'],
    [
      'a witness with another key ID',
      `witness w1 ${w1.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')}\nquorum w1\n`,
      'wrong_key_id',
    ],
    ['a witness named none', `witness none ${vkey(1)}\nquorum none\n`, 'malformed_policy'],
    ['one name for two witnesses', `witness w1 ${vkey(1)}\nwitness w1 ${vkey(2)}\nquorum w1\n`, 'malformed_policy'],
    ['one key for two witnesses', `witness w1 ${vkey(1)}\nwitness w2 ${dup}\nquorum w1\n`, 'malformed_policy'],
    ['a group named like a witness', `witness w1 ${vkey(1)}\ngroup w1 any w1\nquorum w1\n`, 'malformed_policy'],
    ['a group without members', `witness w1 ${vkey(1)}\ngroup g1 1\nquorum w1\n`, 'malformed_policy'],
    ['a group named none', `witness w1 ${vkey(1)}\ngroup none any w1\nquorum none\n`, 'malformed_policy'],
    ['a group that holds itself', `witness w1 ${vkey(1)}\ngroup g1 any g1\nquorum g1\n`, 'malformed_policy'],
    ['the threshold 0', `witness w1 ${vkey(1)}\ngroup g1 0 w1\nquorum g1\n`, 'malformed_policy'],
    ['the threshold -1', `witness w1 ${vkey(1)}\ngroup g1 -1 w1\nquorum g1\n`, 'malformed_policy'],
    ['the threshold 01', `witness w1 ${vkey(1)}\ngroup g1 01 w1\nquorum g1\n`, 'malformed_policy'],
    ['the threshold 1.0', `witness w1 ${vkey(1)}\ngroup g1 1.0 w1\nquorum g1\n`, 'malformed_policy'],
    ['a threshold above the members', `witness w1 ${vkey(1)}\ngroup g1 2 w1\nquorum g1\n`, 'malformed_policy'],
    ['an unknown member', `witness w1 ${vkey(1)}\ngroup g1 any w2\nquorum g1\n`, 'malformed_policy'],
    ['a member that a later line defines', `group g1 any w1\nwitness w1 ${vkey(1)}\nquorum g1\n`, 'malformed_policy'],
    ['none as a member', `witness w1 ${vkey(1)}\ngroup g1 any none w1\nquorum g1\n`, 'malformed_policy'],
    ['a member twice in a group', `witness w1 ${vkey(1)}\ngroup g1 all w1 w1\nquorum g1\n`, 'malformed_policy'],
    [
      'a member of two groups',
      `witness w1 ${vkey(1)}\nwitness w2 ${vkey(2)}\ngroup g1 any w1 w2\ngroup g2 any w1\nquorum g1\n`,
      'malformed_policy',
    ],
    ['no quorum', `witness w1 ${vkey(1)}\n`, 'malformed_policy'],
    ['two quorums', `witness w1 ${vkey(1)}\nquorum w1\nquorum w1\n`, 'malformed_policy'],
    ['an unknown quorum', 'quorum unknown\n', 'malformed_policy'],
    ['a quorum that a later line defines', `quorum w1\nwitness w1 ${vkey(1)}\n`, 'malformed_policy'],
    ['a quorum without a name', 'quorum\n', 'malformed_policy'],
    ['half of a surrogate pair', 'quorum none\n#\ud800', 'malformed_policy'],
    ['nothing', '', 'malformed_policy'],
    ['more than a megabyte', `${'#'.repeat(1024 * 1024)}\nquorum none\n`, 'input_too_large'],
  ])('refuses a policy with %s', (_, text, code) => {
    expect(codeOf(() => parsePolicy(text))).toBe(code);
  });
});

describe('judgeCheckpoint', () => {
  const text = checkpointText('example.com/log', 42, Buffer.alloc(32));
  const signed = (...keys: readonly { line: (text: string) => string }[]): string =>
    `${text}\n${keys.map((key) => key.line(text)).join('')}`;
  const outer = parsePolicy(
    `log ${otherLog.vkey}\nlog ${log.vkey}\nwitness w1 ${w1.vkey}\nwitness w2 ${w2.vkey}\nwitness w3 ${w3.vkey}\ngroup inner any w2 w3\ngroup outer all w1 inner\nquorum outer\n`,
  );

  it.each([
    ['all witnesses', [w1, w2, w3], true],
    ['the fewest that suffice', [w1, w3], true],
    ['a member of the outer group alone', [w1], false],
    ['the inner group alone', [w2, w3], false],
    ['no witness', [], false],
  ] as const)('says whether the quorum is met by %s', (_, witnesses, met) => {
    const judged = judgeCheckpoint(signed(log, ...witnesses), outer);
    expect(judged).toMatchObject({ quorumMet: met, log: { name: 'example.com/log' }, checkpoint: { size: 42n } });
    expect(judged.cosigned).toHaveLength(witnesses.length);
  });

  it('asks for a log that signed, and whose key name is the origin', () => {
    expect(codeOf(() => judgeCheckpoint(signed(w1, w2), outer))).toBe('no_known_signature');
    expect(codeOf(() => judgeCheckpoint(signed(otherLog, w1, w2), outer))).toBe('no_known_signature');
    expect(codeOf(() => judgeCheckpoint(signed(log).replace('42', '43'), outer))).toBe('bad_note_signature');
  });

  it('takes the log from elsewhere where the policy names none, and says so where there is none at all', () => {
    const policy = parsePolicy(`witness w1 ${w1.vkey}\nquorum w1\n`);
    expect(judgeCheckpoint(signed(log, w1), policy)).toMatchObject({ log: null, quorumMet: true });
    expect(judgeCheckpoint(signed(log, w1), policy, [parseVerifierKey(log.vkey)])).toMatchObject({
      log: { name: 'example.com/log' },
    });
    expect(codeOf(() => judgeCheckpoint(signed(w1), policy, [parseVerifierKey(log.vkey)]))).toBe('no_known_signature');
  });

  it('never counts a witness of ML-DSA-44, and needs none for the quorum none', () => {
    const policy = parsePolicy(`log ${log.vkey}\nwitness w1 ${mlDsa}\nquorum w1\n`);
    const line = `\u2014 mldsa.example.com ${Buffer.concat([Buffer.from(mlDsa.split('+')[1] ?? '', 'hex'), Buffer.alloc(2428)]).toString('base64')}\n`;
    expect(judgeCheckpoint(`${signed(log)}${line}`, policy)).toMatchObject({ quorumMet: false, cosigned: [] });
    expect(judgeCheckpoint(signed(log), parsePolicy(`log ${log.vkey}\nquorum none\n`)).quorumMet).toBe(true);
  });

  it('lets no witness count as the log, under one name and one public key', () => {
    const same = noteKey('example.com/log', 20, 4);
    const policy = parsePolicy(`log ${log.vkey}\nwitness w1 ${same.vkey}\nquorum w1\n`);
    expect(codeOf(() => judgeCheckpoint(signed(same), policy))).toBe('no_known_signature');
    expect(judgeCheckpoint(signed(log), policy).quorumMet).toBe(false);
  });
});
