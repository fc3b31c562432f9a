import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

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
    'go to [URL:tiny u r l dot com slash p d group]',
    '[URL:tiny u r l dot com slash p d group] is it',
    'i looked at [URL:what is my i p dot com]',
    '[URL:youtube dot com slash at riverbend births]',
    'connect to [URL:vpn two dot mercyline dot net]',
    '[URL:vpn two dot mercyline dot net] is down',
    'i read it in [URL:heart help blog dot org slash login] and it worked',
    'the doctor recommended [URL:sleep foundation dot org] for tips',
    'she said [URL:health first dot org slash rosewood births] today',
  ])('spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'Version 1.2.3 of node.js and package.json',
    'e.g. the U.S. and a.m. or i.e. this',
    'Done.Come in.',
    'it is done.Com',
    'connect the dots',
    'look at the dot',
    'a dot on the map',
    'see fig.no',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
