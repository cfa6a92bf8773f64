/** One point of the calibration plot: of so many benign sources so many were blamed with the bar at `bits`. */
export interface Measured {
  readonly bits: number;
  readonly blamed: number;
  readonly of: number;
  /** upper confidence limit of the share */
  readonly limit: number;
}

const WIDTH = 640;
const HEIGHT = 440;
const LEFT = 76;
const RIGHT = 20;
const TOP = 24;
const BOTTOM = 56;
const DECADES = 6;
const INK = '#1f2933';
const GRID = '#d5dbe1';
const BOUND = '#b3261e';
const POINT = '#0b5cad';

const round = (value: number): string => value.toFixed(1);

/** The picture as SVG: bits across, share on a logarithmic axis, the bound as a line, points with their upper limits. */
export function plot(points: readonly Measured[]): string {
  const bits = points.map((point) => point.bits);
  const [least, most] = [Math.min(...bits), Math.max(...bits)];
  const x = (at: number): number => LEFT + ((at - least) / (most - least)) * (WIDTH - LEFT - RIGHT);
  const y = (share: number): number =>
    TOP + (Math.min(DECADES, Math.max(0, -Math.log10(share))) / DECADES) * (HEIGHT - TOP - BOTTOM);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    '<title>Share of benign sources that ever reach b bits, beside the bound</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...decades(y),
    ...bits.map((at) => label(x(at), HEIGHT - BOTTOM + 20, 'middle', String(at))),
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, 'middle', 'bits b at which the bar is put'),
    `<text transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle" fill="${INK}">share of benign sources blamed</text>`,
    `<path d="M${bits.map((at) => `${round(x(at))} ${round(y(2 ** -at))}`).join('L')}" fill="none" stroke="${BOUND}" stroke-width="2"/>`,
    ...points.flatMap((point) => mark(point, x, y)),
    ...legend(),
    '</svg>',
    '',
  ].join('\n');
}

function label(x: number, y: number, anchor: string, text: string, raised = ''): string {
  const power = raised === '' ? '' : `<tspan dy="-5" font-size="10">${raised}</tspan>`;
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${INK}">${text}${power}</text>`;
}

function decades(y: (share: number) => number): string[] {
  return Array.from({ length: DECADES + 1 }, (_, decade) => y(10 ** -decade)).flatMap((at, decade) => [
    `<path d="M${LEFT - 6} ${round(at)}H${WIDTH - RIGHT}" stroke="${GRID}"/>`,
    decade === 0 ? label(LEFT - 10, at + 4, 'end', '1') : label(LEFT - 10, at + 5, 'end', '10', `−${decade}`),
  ]);
}

/** From the measured share up to the limit; where nobody was blamed, an open point at the limit. */
function mark(point: Measured, x: (bits: number) => number, y: (share: number) => number): string[] {
  const [at, top] = [round(x(point.bits)), round(y(point.limit))];
  if (point.blamed === 0)
    return [`<circle cx="${at}" cy="${top}" r="4" fill="#ffffff" stroke="${POINT}" stroke-width="1.5"/>`];
  const bottom = round(y(point.blamed / point.of));
  return [
    `<path d="M${at} ${bottom}V${top}m-4 0h8" fill="none" stroke="${POINT}" stroke-width="1.5"/>`,
    `<circle cx="${at}" cy="${bottom}" r="4" fill="${POINT}"/>`,
  ];
}

function legend(): string[] {
  const [x, y] = [WIDTH - 282, TOP + 20];
  return [
    `<rect x="${x - 14}" y="${y - 20}" width="282" height="76" fill="#ffffff" stroke="${GRID}"/>`,
    `<path d="M${x} ${y}h20" stroke="${BOUND}" stroke-width="2"/>`,
    label(x + 30, y + 4, 'start', 'the bound, 2', '−b'),
    `<circle cx="${x + 10}" cy="${y + 22}" r="4" fill="${POINT}"/>`,
    label(x + 30, y + 26, 'start', 'measured, up to the 95 % upper limit'),
    `<circle cx="${x + 10}" cy="${y + 44}" r="4" fill="#ffffff" stroke="${POINT}" stroke-width="1.5"/>`,
    label(x + 30, y + 48, 'start', 'nobody blamed: the limit alone'),
  ];
}
