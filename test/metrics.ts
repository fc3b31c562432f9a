/** Reads Prometheus' text format (version 0.0.4), strictly: what is not a comment or a sample throws. Like Prometheus it reads `Nan`. */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  /** The type of each metric by its name: `counter`, `gauge`, `histogram`. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
  /** The value of the one sample that has this name and at least these labels; null where there is none. Throws for several. */
  readonly value: (name: string, labels?: Readonly<Record<string, string>>) => number | null;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([+-]?(?:Inf|\d[\d.e+-]*)|nan)$/i;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/gy;

export function parseExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type !== null) types.set(type[1] ?? '', type[2] ?? '');
    else if (line !== '' && !line.startsWith('# HELP ')) samples.push(sampleOf(line));
  }
  const value: Exposition['value'] = (name, labels = {}) => {
    const found = samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, wanted]) => sample.labels[label] === wanted),
    );
    if (found.length > 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels)}`);
    return found[0]?.value ?? null;
  };
  return { types, samples, value };
}

function sampleOf(line: string): Sample {
  const [, name, inside = '', figure = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  let read = 0;
  for (const [whole, label = '', text = ''] of inside.matchAll(LABEL)) {
    labels[label] = text.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
    read += whole.length;
  }
  if (read !== inside.length) throw new Error(`not labels: ${line}`);
  return { name, labels, value: Number(figure.replace(/inf/i, 'Infinity').replace(/nan/i, 'NaN')) };
}
