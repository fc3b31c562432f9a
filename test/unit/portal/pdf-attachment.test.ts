/** The bundle inside a PDF, as the page that checks files finds it. */
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { attachmentOf, isPdf } from '../../../src/portal/app/pages/audit/pdf-attachment.ts';
import { Unreadable } from '../../../verifier/src/unreadable.ts';

const BUNDLE = Buffer.from('{"entries":["stream\\nendobj"]}');

/** A PDF with these attached files, each with the members that its stream has beside the type. */
function pdf(...files: readonly { readonly members: string; readonly stored: Buffer }[]): Buffer {
  const objects = files.flatMap(({ members, stored }, at) => [
    Buffer.from(`${at + 6} 0 obj\n<<\n/Type /EmbeddedFile\n/Params <<\n/Size 9\n>>\n${members}\n>>\nstream\n`),
    stored,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), ...objects, Buffer.from('<< /EmbeddedFiles << >> >>\n%%EOF')]);
}

const packed = deflateSync(BUNDLE);
const whole = { members: `/Length ${packed.length}\n/Filter /FlateDecode`, stored: packed };

describe('attachmentOf', () => {
  test('returns the attached file, unpacked or as it is', async () => {
    expect(Buffer.from(await attachmentOf(pdf(whole), 1000))).toEqual(BUNDLE);
    const plain = { members: `/Length ${BUNDLE.length}`, stored: BUNDLE };
    expect(Buffer.from(await attachmentOf(pdf(plain), 1000))).toEqual(BUNDLE);
  });

  test.each([
    ['no attached file', pdf()],
    ['two attached files', pdf(whole, whole)],
    [
      'another file that is written without white space',
      Buffer.concat([pdf(whole), Buffer.from('7 0 obj <</Type/EmbeddedFile /Length 1>>')]),
    ],
    ['an attached file that has no stream', Buffer.from('%PDF-1.7 /Type /EmbeddedFile /Length 1 endobj stream\nx')],
    ['a length behind its end', pdf({ ...whole, members: '/Length 99999 /Filter /FlateDecode' })],
    ['no length', pdf({ ...whole, members: '/Filter /FlateDecode' })],
    ['a broken stream', pdf({ ...whole, stored: Buffer.alloc(packed.length, 1) })],
  ])('refuses a PDF with %s', async (_what, bytes) => {
    await expect(attachmentOf(bytes, 1000)).rejects.toBeInstanceOf(Unreadable);
  });

  test('stops where the unpacked file is larger than permitted', async () => {
    const bomb = deflateSync(Buffer.alloc(1_000_000));
    const bytes = pdf({ members: `/Length ${bomb.length} /Filter /FlateDecode`, stored: bomb });
    await expect(attachmentOf(bytes, 1000)).rejects.toMatchObject({ code: 'too_large' });
  });
});

test('isPdf tells a PDF from a bundle', () => {
  expect([isPdf(pdf(whole)), isPdf(BUNDLE), isPdf(new Uint8Array())]).toEqual([true, false, false]);
});
