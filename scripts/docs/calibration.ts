import { calibration, type Point } from '../../bench/calibration.ts';
import { inParallel } from '../parallel.ts';
import { GENERATED, kept, type Page, page, table } from './page.ts';
import { type Measured, plot } from './plot.ts';

/** docs/calibration.md and its picture: how often benign accounts reach 2^b, beside the promise that it is under 2^-b. */

const SEEDS = [1, 2, 3, 4];
const SOURCES = 5000;
const CONFIDENCE = 0.95;

/**
 * The exact upper confidence limit of a share (Clopper and Pearson 1934, one-sided): the largest p with
 * P(at most `hits` of `of`) ≥ 1 − confidence.
 */
export function upperLimit(hits: number, of: number, confidence: number): number {
  let low = hits / of;
  let high = 1;
  for (let step = 0; step < 60; step += 1) {
    const p = (low + high) / 2;
    if (atMost(hits, of, p) >= 1 - confidence) low = p;
    else high = p;
  }
  return high;
}

/** P(at most `hits` of `of`) for a binomial with share p, the terms made one from another in logarithms. */
function atMost(hits: number, of: number, p: number): number {
  let term = of * Math.log1p(-p);
  let sum = Math.exp(term);
  for (let k = 1; k <= hits; k += 1) {
    term += Math.log((of - k + 1) / k) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(term);
  }
  return sum;
}

/** One day of one seed. */
export const calibrated = (seed: number): Promise<Point[]> => calibration(SOURCES, seed);

async function measured(): Promise<Measured[]> {
  const hits = new Map<number, number>();
  for (const points of await inParallel(import.meta.url, calibrated, SEEDS))
    for (const { bits, share } of points) hits.set(bits, (hits.get(bits) ?? 0) + Math.round(share * SOURCES));
  const of = SEEDS.length * SOURCES;
  return [...hits].map(([bits, blamed]) => ({ bits, blamed, of, limit: upperLimit(blamed, of, CONFIDENCE) }));
}

/** Three digits that can be read. */
const figure = (value: number): string =>
  value === 0 ? '0' : value < 0.001 ? value.toExponential(1) : value.toFixed(4);

function verdict({ bits, blamed, of, limit }: Measured): string {
  if (limit <= 2 ** -bits) return 'holds';
  return blamed / of <= 2 ** -bits ? 'holds as measured; too few sources to be sure' : 'broken';
}

async function make(): Promise<Page[]> {
  const points = await measured();
  const all = (SEEDS.length * SOURCES).toLocaleString('en');
  const text = page(
    GENERATED,
    '# Calibration',
    'A benign source must reach 2^b with a probability of at most 2^−b (Ville’s inequality), whatever it does. ' +
      `Measured on a day of ${all} synthetic benign sources (\`bench/benign.ts\`: visitors, mail servers, resolvers, ` +
      'stale names, programs that retry, monitors, many people behind one address, crawlers, old peers; ' +
      `${SEEDS.length} seeds of ${SOURCES.toLocaleString('en')}): the bar is put at b bits, and who is blamed is counted.`,
    '![Share of benign sources that reach b bits, and the bound 2^−b](calibration.svg)',
    table(
      ['bits b', 'blamed', 'share', `upper limit (${CONFIDENCE * 100} %)`, 'bound 2^−b', ''],
      points.map((point) => [
        point.bits,
        `${point.blamed} of ${point.of}`,
        figure(point.blamed / point.of),
        figure(point.limit),
        figure(2 ** -point.bits),
        verdict(point),
      ]),
    ),
    'The limit is the exact binomial one (Clopper and Pearson). Sources of one day are not independent of one ' +
      'another (a host that fails, fails for all), so that it is a guide rather than a proof. The bar that is used ' +
      'is never under 20 bits, which is far to the right of the picture.',
  );
  return [
    ['docs/calibration.md', text],
    ['docs/calibration.svg', plot(points)],
  ];
}

export const calibrationPages = (): Promise<Page[]> => kept('calibration', ['bench/*.ts', 'src/rehearse/*.ts'], make);
