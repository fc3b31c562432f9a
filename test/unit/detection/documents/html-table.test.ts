/** Tables of HTML by their heads, and description lists by their terms. */
import { describe, it } from 'vitest';
import { expectMarked } from './marked-document.ts';
import { people } from './people.ts';

const PEOPLE = people(515, 20);

describe('a table of HTML', () => {
  it('is masked by its heads, however it is written', () => {
    for (const { family, given, record, state, born } of PEOPLE) {
      const cells = [`[[${family}]]`, `[[${given}]]`, `[[${record}]]`, `{{${state}}}`, `[[${born}]]`, '{{12}}'];
      const heads = ['Last Name', 'First Name', 'MRN', 'State', 'DOB', 'Room'];
      const row = (tag: string, values: readonly string[]): string =>
        values.map((value) => `<${tag}>${value}</${tag}>`).join('');
      expectMarked(
        `<table><thead><tr>${row(
          'th',
          heads.map((head) => `{{${head}}}`),
        )}</tr></thead><tbody><tr>${row('td', cells)}</tr></tbody></table>`,
      );
      expectMarked(
        `<table border="1">\n<tr>${row('td', heads)}</tr>\n<tr class="odd">${row('td', cells)}</tr>\n</table>`,
      );
      expectMarked(
        `<TABLE><TR>${heads.map((head) => `<TH>${head}`).join('')}<TR>${cells.map((cell) => `<TD>${cell}`).join('')}</TABLE>`,
      );
      expectMarked(
        `<table><tr>${row(
          'th',
          heads.map((head) => `<b>${head}</b>`),
        )}</tr><tr>${row(
          'td',
          cells.map((cell) => `{{<span>}}${cell}{{</span>}}`),
        )}</tr></table>`,
      );
    }
  });

  it('is masked by labels that stand before the cells', () => {
    for (const { family, given, member } of PEOPLE) {
      expectMarked(
        `<table><tr><th>First name</th><td>[[${given}]]</td></tr><tr><th>Member ID</th><td>[[${member}]]</td></tr><tr><th>Status</th><td>{{active}}</td></tr></table>`,
      );
      expectMarked(`<table><tr><th>Patient</th><td>[[${family}]]</td><th>Sex</th><td>{{F}}</td></tr></table>`);
      expectMarked(`<dl><dt>Patient</dt><dd>[[${given} ${family}]]</dd><dt>Status</dt><dd>{{active}}</dd></dl>`);
    }
  });

  it('keeps its markup and an address over two lines of a cell', () => {
    expectMarked(
      '<table><tr><th>Name</th><th>Address</th></tr><tr><td>[[Hope Banks]]</td><td>[[12 Oak St]]{{<br>}}[[Mobile, AL 36602]]</td></tr></table>{{</div>}}',
    );
  });

  it('is masked in its attributes, its caption and between its cells as well', () => {
    expectMarked(
      '<table><tr><th>Last, First</th><th>Phone</th></tr><tr title="[[519-44-2280]]"><td>[[Vang, See]]</td><td><a href="tel:[[+14155550132]]">[[415-555-0132]]</a></td></tr> call [[415-555-0199]] <tr><td>[[Le, An]]</td><td><a href="mailto:[[an.le@example.com]]">write</a></td></tr></table>',
    );
    expectMarked(
      '<table><tr><th>Name</th><th>MRN</th></tr><tr><td>[[May Chen]]</td><td data-ssn="[[519-44-2280]]">[[88213]]</td></tr><caption>seen by Dr. [[Ingrid Osterberg]]</caption></table>',
    );
  });

  it('about things stays', () => {
    expectMarked(
      '<table><tr><th>Drug</th><th>Dose</th><th>Refills</th></tr><tr><td>{{Lisinopril}}</td><td>{{10 mg}}</td><td>{{3}}</td></tr></table>',
    );
  });
});
