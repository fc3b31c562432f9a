import { SAFE_HARBOR_CATEGORIES } from '../../detection/kinds.ts';
import type { SafeHarborCategory } from '../../detection/kinds.ts';
import type { MeasuredForm } from '../coverage.ts';
import type { Report } from '../report.ts';
import type { Coverage } from '../safe-harbor.ts';
import { cell, count, note, pairs, ruledTable, section, words } from './blocks.ts';
import type { Content } from './content.ts';
import { COLOURS } from './theme.ts';

/** What 45 CFR 164.514(b)(2)(i) calls each category. */
const TITLES: Readonly<Record<SafeHarborCategory, string>> = {
  A_names: 'Names',
  B_geo: 'Geographic subdivisions',
  C_dates: 'Dates and ages over 89',
  D_phone: 'Telephone numbers',
  E_fax: 'Fax numbers',
  F_email: 'E-mail addresses',
  G_ssn: 'Social Security numbers',
  H_mrn: 'Medical record numbers',
  I_health_plan: 'Health plan numbers',
  J_account: 'Account numbers',
  K_license: 'Certificate, licence numbers',
  L_vehicle: 'Vehicle identifiers',
  M_device: 'Device identifiers',
  N_url: 'Web URLs',
  O_ip: 'IP addresses',
  P_biometric: 'Biometric identifiers',
  Q_photo: 'Full-face photographs',
  R_other: 'Any other unique identifier',
};

const SIGNAL: Readonly<Record<Coverage, string>> = {
  full: COLOURS.good,
  partial: COLOURS.warn,
  in_progress: COLOURS.bad,
  not_applicable: COLOURS.quiet,
};

const percent = (value: number | null): string => (value === null ? 'none' : `${value} %`);

function measured(form: MeasuredForm | null): Content[] {
  const right = { alignment: 'right', noWrap: true } as const;
  if (form === null) return [cell('–', right), cell('–', right), cell('–', right)];
  return [
    cell(percent(form.recall_percent), right),
    cell(percent(form.lower_percent), right),
    cell(String(form.identifiers), right),
  ];
}

/** The Safe Harbor matrix. */
export function safeHarborMatrix(report: Report): Content[] {
  const { coverage } = report;
  const rows = SAFE_HARBOR_CATEGORIES.map((name): Content[] => {
    const { status, redactions, written, spoken } = coverage.categories[name];
    return [
      cell(name.slice(0, 1), { bold: true, color: COLOURS.ink }),
      cell(TITLES[name]),
      cell(words(status), { bold: true, color: SIGNAL[status], noWrap: true }),
      count(redactions),
      ...measured(written),
      ...measured(spoken),
    ];
  });
  const reasons = SAFE_HARBOR_CATEGORIES.flatMap((name) => {
    const { reason } = coverage.categories[name];
    return reason === null || !coverage.measured ? [] : [note(`${name.slice(0, 1)}: ${reason}`)];
  });
  return section(
    'Safe Harbor matrix',
    'The 18 categories of identifiers of 45 CFR 164.514(b)(2)(i): how well the detector finds each, measured on test data, and how many were replaced in this report.',
    [
      ruledTable(
        [9, '*', 50, 28, 36, 36, 22, 36, 36, 22],
        ['', 'Category', 'Coverage', 'Found', 'Written', 'at least', 'of', 'Spoken', 'at least', 'of'],
        rows,
        3,
      ),
      note(
        'Found: redactions in this report. Written and Spoken: share of the identifiers in the test data that were hidden whole; at least: lower end of its 95 % confidence interval; of: identifiers in the test data.',
      ),
      ...reasons,
      {
        ...pairs([
          ['Detector that was measured', { text: coverage.detector, style: 'value' }],
          ['It made this report', { text: coverage.measured ? 'yes' : 'no: no figure applies', style: 'value' }],
          ['Redactions outside the categories', { text: String(coverage.redactions_outside), style: 'value' }],
        ]),
        margin: [0, 12, 0, 0],
      },
    ],
  );
}
