import type { Quest } from '../../ledger/quest.ts';
import { isSearched } from '../../ledger/names/told.ts';
import { latinBytes } from '../../record/latin.ts';
import { zoneOf } from '../../record/name.ts';
import { Asked } from '../../record/request.ts';

/**
 * Names of DNS that nobody had in mind: their first label was drawn by lot. Browsers ask for such names to see whether
 * somebody answers for all (Chromium, "intranet redirect detector"), and floods are made of them; a resolver passes on
 * both. Whoever reads a list asks for words.
 */
interface Labels {
  /** share of the names with such a label, and how often any name was asked for once more */
  readonly random: number;
  readonly again: number;
  /** names that another zone's name and a search domain were made into */
  readonly searched: number;
}

/** Letters in a row without a vowel, and letters of a name, from which on hardly anybody could say it. */
const MUTE = /[bcdfghjklmnpqrstvwxz]{4}/;
const LABEL = /^[a-z0-9]{7,}$/;
/** Figures among the letters. */
const MIXED = /[a-z]\d+[a-z]+\d|\d[a-z]+\d+[a-z]/;

export function labelsOf({ namesAsked, names, asked }: Quest): Labels {
  const labels = namesAsked.all().map((name) => name.split('.', 1)[0].toLowerCase());
  const random = labels.filter((label) => LABEL.test(label) && (MUTE.test(label) || MIXED.test(label)));
  return {
    random: random.length / Math.max(1, labels.length),
    again: asked[Asked.dnsName] - names.size,
    searched: namesAsked.all().filter(isMade).length,
  };
}

function isMade(name: string): boolean {
  const bytes = latinBytes(name);
  return isSearched(bytes, 0, zoneOf(bytes, 0, bytes.length));
}
