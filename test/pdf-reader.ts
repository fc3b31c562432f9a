/** Reads a PDF by PDF.js. Runs in a thread of its own: see pdf-text.ts. */
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PdfOfThread } from './pdf-text.ts';

interface Run {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Points within which two runs stand on one line. */
const SAME_LINE = 2.5;

function linesOf(runs: readonly Run[]): string[] {
  const lines: Run[][] = [];
  for (const run of [...runs].sort((a, b) => b.y - a.y)) {
    const line = lines.at(-1);
    if (line?.[0] !== undefined && line[0].y - run.y <= SAME_LINE) line.push(run);
    else lines.push([run]);
  }
  return lines.map((line) =>
    line
      .sort((a, b) => a.x - b.x)
      .map(({ text }) => text)
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

/** Returns what the PDF shows; its attachments are plain bytes. */
export default async function readInThread(bytes: Uint8Array): Promise<PdfOfThread> {
  const loading = getDocument({ data: Uint8Array.from(bytes), isEvalSupported: false, verbosity: 0 });
  const document = await loading.promise;
  const pages: string[][] = [];
  const runs: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent();
    const found = items.flatMap((item): Run[] => {
      if (!('str' in item) || item.str.trim() === '') return [];
      const [, , , , x = 0, y = 0] = item.transform as number[];
      return [{ text: item.str, x, y }];
    });
    runs.push(...found.map(({ text }) => text));
    pages.push(linesOf(found));
  }
  const outline = await document.getOutline();
  const { info } = await document.getMetadata();
  const attached = (await document.getAttachments()) as Record<
    string,
    { filename: string; content: Uint8Array }
  > | null;
  const read: PdfOfThread = {
    pages,
    runs,
    bookmarks: outline.map(({ title }) => title),
    title: String((info as { Title?: string }).Title),
    attachments: new Map(Object.values(attached ?? {}).map(({ filename, content }) => [filename, content])),
  };
  await loading.destroy();
  return read;
}
