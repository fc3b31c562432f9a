import { describe, expect, it } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { mark, readMarked, RULES_ALONE } from '../marked.ts';

describe('pictures', () => {
  it.each([
    'see [PHOTO:IMG_4419.jpg] please',
    '[PHOTO:DSC_0441.JPG]',
    'I sent [PHOTO:Screenshot_20241104-101522.png] yesterday.',
    'attached: [PHOTO:wound_left_heel-2.heic], thanks',
    'my face left [PHOTO:side.png]',
    'photo [PHOTO:IMG-0093 (2).heic] attached.',
    'uploads/[PHOTO:rash.jpeg]',
    '"[PHOTO:scan.0041.dcm]" and [PHOTO:b.tiff].',
    '[PHOTO:été.webp]',
  ])('names of files, written: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'the file is [PHOTO:i m g underscore four four one nine dot h e i c]',
    'i called it [PHOTO:heel left tuesday dot j p g]',
    "it's [PHOTO:photo one dot jpeg]",
    '[PHOTO:photo one dot jpeg]',
    'named [PHOTO:d s c zero four four one dot jpg]',
    'i uploaded a [PHOTO:wound two dot t i f f] to it',
    'the [PHOTO:rash dash left dash arm dot p n g] is there',
  ])('names of files, spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'the png format',
    'a dot png file',
    'the .png file',
    'save it as png. thanks',
    'a .jpg, or .gif',
    'jpg.exe and x.jpg2',
    'connect the dot j',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });

  it('is left to the address that it belongs to', () => {
    expect(mark('https://example.com/a.png')).toBe('[URL:https://example.com/a.png]');
  });

  it('takes a picture in a data: URL whole', () => {
    const text = 'look: data:image/png;base64,iVBORw0KGgo4155550132AAAA== ok';
    expect(detect(text, RULES_ALONE)).toMatchObject([{ kind: 'PHOTO', start: 6, end: text.length - 3 }]);
  });
});
