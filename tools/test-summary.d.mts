export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly lines: readonly string[];
}

/** Counts what a run of vitest reported. Never throws. */
export function summarise(
  report: TestReport | null,
  status: number | null,
  options: { readonly skipsFail: boolean; readonly root: string },
): Summary;
