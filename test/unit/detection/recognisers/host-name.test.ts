import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('web addresses in all forms', () => {
  it.each([
    'go to [URL:www dot my chart dot org slash login]',
    'go to [URL:w w w dot example dot com]',
    'visit [URL:https://example.com/a?b=c#d].',
    'see [URL:example.org/path] for it',
    'open [URL:http://192.168.0.1:8080/x]',
    '[URL:http://localhost:3000/patients/4711]',
    '[URL:https://user:pw@host.example.com/x]',
    'portal is at [URL:my health dot example dot com slash patients slash four two]',
    '[URL:https colon slash slash example dot com slash abc]',
    '[URL:ftp://files.example.net/pub]',
    '[URL:example.com:8443/x]',
    'look at [URL:linkedin.com/in/johnsmith]',
    '[URL:bit.ly/3xYz12]',
    '[URL:clinic.health]',
    '[URL:https://www.microsoft.com/store/abc/]',
    '[URL:www.microsoft.com]',
    'visit [URL:http://www.example.co.uk/a/b.html?x=1&y=2#z]',
    '[URL:HTTPS://EXAMPLE.COM/PATH]',
    '"[URL:https://example.com]"',
    '([URL:https://example.com/a_(b)])',
    'e.g. see [URL:example.co.uk]',
    '[URL:my-site.io]',
    '[URL:shop.example.in/cart]',
    '[URL:sub.domain.example.health]',
  ])('written and spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'U.S. and U.K. laws',
    'Hello.World and thank.you',
    'it ended.We went home.It was fine',
    'config.json, main.py, a.out, readme.md, index.html',
    '3.14.com',
    'com.example.app package',
    'java.util.List and System.out.println',
    'e.g.it is',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
