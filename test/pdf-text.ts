/** The text of a PDF as a reader sees it, by PDF.js. */
import { OneThread } from '../src/platform/one-thread.ts';

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

/** As it crosses from the thread. */
export type PdfOfThread = Omit<ReadPdf, 'attachments'> & { readonly attachments: ReadonlyMap<string, Uint8Array> };

/** How long a PDF may take on a busy machine, in milliseconds. */
const PATIENCE_MS = 120_000;

/**
 * Reads a PDF whole, in a thread of its own: PDF.js replaces `JSON.parse` and `JSON.stringify` of its process by functions in
 * JavaScript (findings/pdfjs-legacy-json.sh), and tests share a process.
 */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const thread = new OneThread<Uint8Array, PdfOfThread>({
    worker: new URL('./pdf-reader', import.meta.url),
    timeoutMs: PATIENCE_MS,
  });
  try {
    const read = await thread.run(bytes);
    // Buffers arrive from a thread as plain arrays of bytes.
    return { ...read, attachments: new Map([...read.attachments].map(([name, file]) => [name, Buffer.from(file)])) };
  } finally {
    await thread.close();
  }
}
