import { describe, expect, it } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { mark, readMarked, RULES_ALONE } from '../marked.ts';

describe('web addresses', () => {
  it.each([
    'visit [URL:https://www.example.com/a/b?c=1].',
    '(see [URL:http://example.org/x])',
    '[URL:www.mychart.example/login]',
    'see [URL:mayoclinic.org/billing] for it',
    '[URL:https://user:pw@host.example.com:8443/x?ssn=123-45-6789#a]',
    'href="[URL:https://example.com/p]"',
    'go to [URL:clinic.co.uk].',
    '[URL:api.example.com:8080/v1]',
  ])('written: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'go to [URL:my chart dot com]',
    'go to [URL:www dot mychart dot com slash login]',
    'our website is [URL:health first dot org]',
    "it's on [URL:cvs dot com]",
    'check [URL:portal dot clinic dot org slash my slash bills] please',
  ])('spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'Version 1.2.3 of node.js and package.json',
    'e.g. the U.S. and a.m. or i.e. this',
    'Done.Come in.',
    'it is done.Com',
    'connect the dots',
    'a dot on the map',
    'see fig.no',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });

  it('takes a picture in a data: URL whole', () => {
    const text = 'look: data:image/png;base64,iVBORw0KGgo4155550132AAAA== ok';
    expect(detect(text, RULES_ALONE)).toMatchObject([{ kind: 'PHOTO', start: 6, end: text.length - 3 }]);
  });
});
