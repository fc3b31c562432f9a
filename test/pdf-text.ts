/** The text of a PDF as a reader sees it, by PDF.js. */
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

export interface ReadPdf {
  /** The lines of each page, from the top; what stands beside each other is joined by a space. */
  readonly pages: readonly (readonly string[])[];
  /** Each run of text as it was drawn. */
  readonly runs: readonly string[];
  /** Titles of the bookmarks, in order. */
  readonly bookmarks: readonly string[];
  readonly title: string;
  /** Attached files by name. */
  readonly attachments: ReadonlyMap<string, Buffer>;
}

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

/** Reads a PDF whole. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
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
  const read: ReadPdf = {
    pages,
    runs,
    bookmarks: outline.map(({ title }) => title),
    title: String((info as { Title?: string }).Title),
    attachments: new Map(
      Object.values(attached ?? {}).map(({ filename, content }) => [filename, Buffer.from(content)]),
    ),
  };
  await loading.destroy();
  return read;
}
