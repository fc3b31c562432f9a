import { describe, expect, it } from 'vitest';
import { detectionRules } from '../../../src/policy/policy.ts';
import { detect } from '../../../src/detection/detection.ts';
import { placesOf, policyOf, problemsOf } from './policies.ts';

function withRegex(regex: string): string {
  return `name: p\npatterns:\n  - name: x\n    kind: MRN\n    regex: ${JSON.stringify(regex)}\n`;
}

describe('the expression of a pattern', () => {
  it.each([
    ['an open group', '(secret', "is not in RE2's syntax: missing closing )"],
    ['look-ahead', 'a(?=secret)', "is not in RE2's syntax: invalid or unsupported Perl syntax"],
    ['look-behind', '(?<=secret)a', "is not in RE2's syntax: invalid named capture"],
    ['a back-reference', '(secret)\\1', "is not in RE2's syntax: invalid escape sequence"],
    ['nothing', '', 'must not be empty'],
    ['a star', '\\d*', 'must not match the empty text'],
    ['a choice of nothing', '(?:secret|)', 'must not match the empty text'],
    ['too much text', 'x'.repeat(513), 'must have at most 512 characters'],
    ['a repetition beyond the engine', 'a{1001}', 'its repetitions must add up to at most 1000'],
    ['nested repetitions', '((a{30}){30}){30}', "is not in RE2's syntax: invalid repeat count"],
    ['many repetitions', 'a{600}b{600}', 'its repetitions must add up to at most 1000'],
    ['a large program', '((a{31}){31})((b{31}){31})', 'compiles to too large a program: repeat less'],
  ])('is refused with %s, at its place and without its text', (_what, regex, message) => {
    const [problem, ...others] = problemsOf(withRegex(regex));
    expect(others).toEqual([]);
    expect(problem).toEqual({ code: 'invalid_regex', path: 'patterns.0.regex', line: 5, column: 12, message });
  });

  it('must be text', () => {
    expect(placesOf('name: p\npatterns: [{ name: x, kind: MRN, regex: 7 }]')).toEqual([
      '2:41 invalid_value patterns.0.regex',
    ]);
  });
});

describe('a pattern', () => {
  it('that could report nothing is refused: its kind is off, or off for the pass', () => {
    const pattern = "patterns: [{ name: x, kind: NAME, regex: 'Mx\\. [a-z]+' }]";
    expect(placesOf(`name: p\nentities: { NAME: { regex: false } }\n${pattern}`)).toEqual([
      '3:29 invalid_value patterns.0.kind',
    ]);
    expect(placesOf(`name: p\nentities: { NAME: { enabled: false } }\n${pattern}`)).toEqual([
      '3:29 invalid_value patterns.0.kind',
    ]);
    expect(placesOf(`name: p\npasses: [ner]\n${pattern}`)).toEqual(['3:11 invalid_value patterns']);
  });

  it('has a name of its own', () => {
    const two = 'name: p\npatterns:\n  - { name: x, kind: MRN, regex: a }\n  - { name: x, kind: MRN, regex: b }';
    expect(placesOf(two)).toEqual(['4:13 invalid_value patterns.1.name']);
  });

  it('of a policy is one of its rules, and what it finds is found', () => {
    const rules = detectionRules(
      policyOf(
        "name: p\npasses: [regex]\npatterns: [{ name: x, kind: OTHER_ID, regex: 'zq-[a-f]{4}' }]\nallow: [ZQ-AAAA, 'zq-bbbb']",
      ),
    );
    const text = 'zq-abcd zq-aaaa ZQ-BBBB zq-bbbb';
    expect(detect(text, rules).map(({ start, end, recogniser }) => [text.slice(start, end), recogniser])).toEqual([
      ['zq-abcd', 'tenant.x'],
    ]);
  });

  it('is kept with its policy: its rules have the same list, so that it is compiled once', () => {
    const policy = policyOf("name: p\npatterns: [{ name: x, kind: OTHER_ID, regex: 'zq' }]");
    expect(detectionRules(policy).patterns).toBe(detectionRules({ ...policy, tokenization: 'synthetic' }).patterns);
  });
});

describe('sensitivity', () => {
  it('goes into the rules of detection, 0 where a policy says nothing', () => {
    expect(detectionRules(policyOf('name: p')).sensitivity).toBe(0.25);
    expect(detectionRules(policyOf('name: p\nsensitivity: 0.5')).sensitivity).toBe(0.5);
  });
});
