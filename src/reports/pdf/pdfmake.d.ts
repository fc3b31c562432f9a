/** The part of pdfmake that reports are made with. */
declare module 'pdfmake' {
  interface FontFiles {
    readonly normal: string;
    readonly bold: string;
    readonly italics: string;
    readonly bolditalics: string;
  }

  /** An object of the file. */
  export interface PdfKitReference {
    /** Where it begins in the file; known once the file is written. */
    readonly offset: number;
    readonly data: Record<string, unknown>;
    /** Writes it. */
    end(): void;
  }

  /** The document as PDFKit writes it. */
  export interface PdfKitDocument {
    ref(data: object): PdfKitReference;
    /** The last page. */
    readonly page: { readonly dictionary: PdfKitReference; readonly annotations: PdfKitReference[] };
    /** Begins a form; it is written at the end. */
    initForm(): void;
    /** The catalog, once there is a form. */
    readonly _root: { readonly data: { readonly AcroForm: PdfKitReference } };
  }

  interface PdfDocument {
    /** The document with its pages drawn, before it is ended. */
    getStream(): Promise<PdfKitDocument>;
    getBuffer(): Promise<Buffer>;
  }

  interface PdfMake {
    setFonts(fonts: Readonly<Record<string, FontFiles>>): void;
    setUrlAccessPolicy(allows: (url: string) => boolean): void;
    setLocalAccessPolicy(allows: (path: string) => boolean): void;
    createPdf(definition: object): PdfDocument;
  }

  const pdfmake: PdfMake;
  export default pdfmake;
}
