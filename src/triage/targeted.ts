import { counted, grouped } from './trial.ts';

/** Is it about us? Told offline from the scan itself; each line is a reason with its points. */
export interface Targetedness {
  readonly class: 'targeted' | 'localised' | 'background';
  /** 0 … 100 */
  readonly points: number;
  readonly reasons: readonly string[];
}

/** What a scan shows of its aim: plain figures. */
export interface Aim {
  /** a host of ours did it */
  readonly own: boolean;
  /** distinct addresses and services that were tried, and addresses of the own networks; 0: not known */
  readonly addresses: number;
  readonly services: number;
  readonly homeAddresses: number;
  /** µs between the first and the last contact */
  readonly lasted: number;
  /** in which order addresses were tried; null: too few to tell */
  readonly order: string | null;
  /** of our networks: how many there are, and how many were tried */
  readonly networks: number;
  readonly networksTried: number;
  /** first contacts, and how many of them missed or ended unseen */
  readonly contacts: number;
  readonly missed: number;
  /** came back to what had answered, and exchanged data with it */
  readonly cameBack: boolean;
  /** distinct paths, hosts or names that one server was asked for, those that are there, and those that only weaknesses are behind */
  readonly names: number;
  readonly namesFound: number;
  readonly pointed: number;
  /** a name of ours that it asked for a site by, '' none */
  readonly calledBy: string;
}

/** Probes a second that a 10 Gbit/s port can send at most: 64-byte frames with preamble and gap. */
const LINE_RATE = 14.88e6;
const IPV4 = 2 ** 32;

/** Points from which on a scan is targeted, and from which on it is at least meant for this place. */
const TARGETED = 50;
const LOCALISED = 25;
const MOST = 100;

type Line = readonly [points: number, reason: string];
/** One thing that would set a scan apart; undefined: it does not. */
type Rule = (aim: Aim) => Line | undefined;

const fromWithin: Rule = ({ own }) => (own ? [50, 'a host of ours does it: whoever holds it is inside'] : undefined);

/** Probes a second over the whole Internet, were the addresses tried here a fair sample of it. */
const impliedRate = ({ addresses, homeAddresses, lasted }: Aim): number =>
  ((IPV4 / Math.max(1, homeAddresses)) * addresses) / Math.max(1e-6, lasted / 1e6);

const isHereOnly = (aim: Aim): boolean => aim.homeAddresses > 0 && aim.addresses >= 8 && impliedRate(aim) > LINE_RATE;

/** More than a 10 Gbit/s port can send: it did not scan the Internet, but here. */
const hereOnly: Rule = (aim) =>
  isHereOnly(aim)
    ? [
        40,
        `here only: at this pace the whole Internet would take ${grouped(Math.round(impliedRate(aim) / 1e6))} million probes/s, and a 10 Gbit/s port sends ${LINE_RATE / 1e6} million`,
      ]
    : undefined;

/** Many services of a host are a look at that host. */
const wholeHosts: Rule = ({ services, addresses }) => {
  const looked = `looked at ${counted(services, 'service')} of ${counted(addresses, 'address', 'addresses')}`;
  if (services >= 32) return [30, looked];
  return services >= 8 && addresses <= 4 ? [20, looked] : undefined;
};

/** Who walks the whole Internet asks each site for a few names; hundreds are a scan of this site. */
const wholeSite: Rule = ({ names }) => {
  const asked = `asked one site for ${counted(names, 'name')}`;
  if (names >= 300) return [55, `${asked}: nobody does that to the whole Internet`];
  if (names >= 60) return [35, `${asked}: far more than who asks everybody`];
  return names >= 20 ? [20, asked] : undefined;
};

const weaknesses: Rule = ({ pointed }) =>
  pointed >= 8 ? [15, `${counted(pointed, 'request')} look for weaknesses, at one site`] : undefined;

const byName: Rule = ({ calledBy }) =>
  calledBy === '' ? undefined : [15, `used our own name "${calledBy}": an address alone does not tell it`];

/** One service that several members came to is one target. */
const hitList: Rule = ({ contacts, missed, addresses, services }) => {
  const targets = Math.min(contacts, addresses * services);
  return targets >= 5 && missed === 0
    ? [15, `all ${targets} targets that it tried answer: it came with a list`]
    : undefined;
};

/** Requests by guess find next to nothing; who finds a fifth of them knows what runs here. */
const ourStack: Rule = ({ names, namesFound }) =>
  names >= 20 && namesFound >= 0.2 * names
    ? [
        10,
        `${Math.round((100 * namesFound) / names)} % of the names that it asked for are there: it knows what runs here`,
      ]
    : undefined;

const cameBack: Rule = (aim) =>
  aim.cameBack ? [20, 'came back to what answered and exchanged data with it'] : undefined;

/** Scanners of the Internet permute addresses, so as not to press anybody; in order one walks a network. */
const inOrder: Rule = ({ order, addresses }) =>
  addresses >= 16 && (order === 'sequential' || order === 'descending')
    ? [10, `walked our addresses in ${order} order; scanners of the whole Internet permute them`]
    : undefined;

const together: Rule = (aim) =>
  aim.networks >= 2 && aim.networksTried === aim.networks && isHereOnly(aim)
    ? [
        10,
        `took ${aim.networks === 2 ? 'both' : `all ${aim.networks}`} of our networks together, which only we have in common`,
      ]
    : undefined;

/** Most telling first. Add a rule: a line here. */
const RULES: readonly Rule[] = [
  fromWithin,
  wholeSite,
  hereOnly,
  wholeHosts,
  cameBack,
  weaknesses,
  byName,
  hitList,
  ourStack,
  inOrder,
  together,
];

/** Every rule that speaks, with its points. */
export function targetedness(aim: Aim): Targetedness {
  const lines = RULES.map((rule) => rule(aim)).filter((line) => line !== undefined);
  const sum = lines.reduce((total, [points]) => total + points, 0);
  const points = Math.min(MOST, sum);
  const reasons = lines.map(([worth, reason]) => `+${worth} ${reason}`);
  if (reasons.length === 0) reasons.push(NOTHING);
  const isLocal = isHereOnly(aim) || points >= LOCALISED;
  return { class: classOf(points, isLocal), points, reasons };
}

const NOTHING = 'nothing sets it apart from what everybody on the Internet receives';

const classOf = (points: number, isLocal: boolean): Targetedness['class'] =>
  points >= TARGETED ? 'targeted' : isLocal ? 'localised' : 'background';

/** Points of a scan that somebody went on from: whatever it was meant for, it led somewhere here. */
const LED_ON = 25;

/** The same of a scan whose findings were used. */
export function ledOn({ points: before, reasons }: Omit<Targetedness, 'class'>): Targetedness {
  const points = Math.min(MOST, before + LED_ON);
  const told = reasons.filter((reason) => reason !== NOTHING);
  return {
    class: classOf(points, true),
    points,
    reasons: [...told, `+${LED_ON} somebody went on from what it had found`],
  };
}
