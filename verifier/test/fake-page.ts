/** As much of a browser as the page's script asks for: elements with text, files and listeners. */
import { runInNewContext } from 'node:vm';

type Listener = (event: { preventDefault: () => void; dataTransfer?: { files: readonly FakeFile[] } }) => void;

export interface FakeFile {
  readonly name: string;
  readonly size: number;
  readonly arrayBuffer: () => Promise<ArrayBuffer>;
  readonly slice: (start: number, end: number) => FakeFile;
}

class FakeElement {
  className = '';
  textContent = '';
  value = '';
  checked = false;
  files: readonly FakeFile[] = [];
  children: FakeElement[] = [];
  readonly tag: string;
  readonly attributes = new Map<string, string>();
  readonly listeners = new Map<string, Listener[]>();

  constructor(tag: string) {
    this.tag = tag;
  }

  append(...children: FakeElement[]): void {
    this.children.push(...children);
  }

  replaceChildren(...children: FakeElement[]): void {
    this.children = children;
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  fire(type: string, more: Partial<Parameters<Listener>[0]> = {}): void {
    for (const listener of this.listeners.get(type) ?? []) listener({ preventDefault: () => undefined, ...more });
  }

  /** This element and all below it. */
  all(): readonly FakeElement[] {
    return [this, ...this.children.flatMap((child) => child.all())];
  }
}

export function fakeFile(name: string, content: Uint8Array): FakeFile {
  const bytes = Uint8Array.from(content);
  return {
    name,
    size: bytes.length,
    arrayBuffer: () => Promise.resolve(bytes.buffer),
    slice: (start, end) => fakeFile(name, bytes.subarray(start, end)),
  };
}

/** A folder, or a file that was moved after it was chosen: no browser reads it. */
export function unreadableFile(name: string): FakeFile {
  const file = { name, size: 10, arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) };
  return { ...file, slice: () => unreadableFile(name) };
}

/** The page with its script running. */
export class FakePage {
  private readonly elements = new Map<string, FakeElement>();
  private readonly document = new FakeElement('document');

  constructor(html: string) {
    for (const [, id = ''] of html.matchAll(/\bid="(\w+)"/g)) this.elements.set(id, new FakeElement(id));
    const document = Object.assign(this.document, {
      getElementById: (id: string) => this.elements.get(id) ?? null,
      createElement: (tag: string) => new FakeElement(tag),
    });
    const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? '';
    runInNewContext(script, { document, crypto, TextEncoder, TextDecoder, atob, Uint8Array, ArrayBuffer, DataView });
  }

  element(id: string): FakeElement {
    const found = this.elements.get(id);
    if (found === undefined) throw new Error(`the page has no element ${id}`);
    return found;
  }

  /** Drops files on the page, and returns the outcome and the printed text of each. Earlier results must be gone at once. */
  async drop(...files: readonly FakeFile[]): Promise<readonly { readonly outcome: string; readonly text: string }[]> {
    this.document.fire('drop', { dataTransfer: { files } });
    if (this.element('results').children.length > 0) throw new Error('the results of other files are still shown');
    // The script awaits the file's bytes and, for time stamps, the platform's cryptography on another thread. It always
    // ends with a result or a problem.
    while (this.element('results').children.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return this.element('results')
      .all()
      .flatMap((card) => {
        const outcome = card.attributes.get('data-outcome');
        const printed = card.all().find(({ className }) => className === 'printed');
        return outcome === undefined ? [] : [{ outcome, text: printed?.children[1]?.textContent ?? '' }];
      });
  }
}
