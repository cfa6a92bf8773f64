import { counted } from '../../layout.ts';
import { ipv4Network, ipv4Of, ipv4Text } from '../address.ts';
import { html, type Markup, pathData } from '../escape.ts';
import type { Ranked } from '../words.ts';

/**
 * A network as a square that a Hilbert curve fills (D. Hilbert 1891): addresses that are near in number are near in the
 * picture, so a touched range is a patch. One cell an address up to 4,096 of them, then several a cell.
 */

/** What is known of one address of ours. */
export interface Touched {
  /** ranks of the findings that tried it */
  readonly by: Set<number>;
  /** it told something */
  answered: boolean;
}

export interface Network {
  readonly text: string;
  readonly first: number;
  readonly bits: number;
  readonly touched: ReadonlyMap<number, Touched>;
}

/** Cells on a side: 2 to the power of this at most. */
const ORDER = 6;
/** Up to this order the curve itself is drawn. */
const CURVE = 5;

/** By IPv4 address: what the findings touched, as far as their traces and lessons tell. */
export function touchedBy(findings: readonly Ranked[]): Map<number, Touched> {
  const touched = new Map<number, Touched>();
  const touch = (text: string, rank: number, answered: boolean): void => {
    const address = ipv4Of(text);
    if (address === undefined) return;
    const known = touched.get(address) ?? { by: new Set<number>(), answered: false };
    known.by.add(rank);
    if (answered) known.answered = true;
    touched.set(address, known);
  };
  for (const { finding, rank } of findings) {
    for (const address of finding.trace?.addresses ?? []) touch(address, rank, false);
    for (const { address, state } of finding.learned) touch(address, rank, state === 'open' || state === 'up');
  }
  return touched;
}

/** The own IPv4 networks, most touched first. */
export function networksOf(names: readonly string[], touched: ReadonlyMap<number, Touched>): Network[] {
  const networks = names.flatMap((text): Network[] => {
    const network = ipv4Network(text);
    if (network === undefined) return [];
    const last = network.first + 2 ** (32 - network.bits);
    const inside = [...touched].filter(([address]) => address >= network.first && address < last);
    return [{ ...network, text, touched: new Map(inside) }];
  });
  return networks.sort((a, b) => b.touched.size - a.touched.size || a.first - b.first);
}

/** Place on the curve → column and row, from the top left corner. */
export function placeOf(order: number, at: number): [x: number, y: number] {
  let [x, y, rest] = [0, 0, at];
  for (let side = 1; side < 2 ** order; side *= 2) {
    const right = (rest >> 1) & 1;
    const down = (rest ^ right) & 1;
    if (down === 0) {
      if (right === 1) [x, y] = [side - 1 - x, side - 1 - y];
      [x, y] = [y, x];
    }
    x += side * right;
    y += side * down;
    rest >>= 2;
  }
  return [x, y];
}

interface Cell {
  readonly by: Set<number>;
  readonly addresses: number[];
  answered: number;
}

function cellsOf({ first, touched }: Network, perCell: number): Map<number, Cell> {
  const cells = new Map<number, Cell>();
  for (const [address, { by, answered }] of touched) {
    const place = Math.floor((address - first) / perCell);
    const cell = cells.get(place) ?? { by: new Set<number>(), addresses: [], answered: 0 };
    for (const rank of by) cell.by.add(rank);
    cell.addresses.push(address);
    if (answered) cell.answered += 1;
    cells.set(place, cell);
  }
  return cells;
}

const level = (many: number): number => (many >= 4 ? 3 : many >= 2 ? 2 : 1);

export function hilbert(network: Network): Markup {
  const free = 32 - network.bits;
  const order = Math.min(ORDER, Math.max(1, Math.ceil(free / 2)));
  const perCell = 2 ** Math.max(0, free - 2 * order);
  const side = 2 ** order;
  const cells = [...cellsOf(network, perCell)].sort(([a], [b]) => a - b);
  const answered = [...network.touched.values()].filter((known) => known.answered).length;
  const last = ipv4Text(network.first + 2 ** free - 1);
  const many = counted(network.touched.size, 'address', 'addresses');
  const each = perCell > 1 ? ` A cell stands for ${perCell} addresses.` : '';
  return html`<figure class="map"><figcaption>${network.text}</figcaption><svg viewBox="-0.2 -0.2 ${side + 0.4} ${side + 0.4}" role="img"><title>Map of ${network.text}</title><desc>${many} of it are drawn, ${answered} answered.</desc><rect class="space" x="-0.2" y="-0.2" width="${side + 0.4}" height="${side + 0.4}" rx="0.3"/>${order <= CURVE && curve(order, Math.min(side * side, 2 ** free))}${cells.map(([place, cell]) => square(placeOf(order, place), cell))}</svg><p class="legend">${many} drawn, ${answered} answered. From ${ipv4Text(network.first)} (top left) to ${last}.${each}</p></figure>`;
}

function curve(order: number, length: number): Markup {
  const points = Array.from({ length }, (_, at) =>
    placeOf(order, at)
      .map((value) => value + 0.5)
      .join(' '),
  );
  return html`<path class="curve" d="${pathData(`M${points.join('L')}`)}"/>`;
}

function square([x, y]: readonly [number, number], { by, addresses, answered }: Cell): Markup {
  const [first] = addresses;
  const where = addresses.length === 1 ? ipv4Text(first) : counted(addresses.length, 'address', 'addresses');
  const told = answered === 0 ? '' : addresses.length === 1 ? ', answered' : `, ${answered} answered`;
  return html`<rect class="cell level-${level(by.size)}" x="${x + 0.06}" y="${y + 0.06}" width="0.88" height="0.88" rx="0.12"><title>${where}: ${counted(by.size, 'finding')}${told}</title></rect>${answered > 0 && html`<circle class="answered" cx="${x + 0.5}" cy="${y + 0.5}" r="0.22"/>`}`;
}
