import { OPTIONS, type Option, type OptionName, parsed, type Settings, variableOf } from './options.ts';

/** What was said on the command line: texts, lists of texts for repeated options, true for switches. */
export type Said = Readonly<Partial<Record<OptionName, string | boolean | readonly string[]>>>;

const NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** Several values in one variable stand with commas between them, or what the option says. */
function fromVariable(name: OptionName, entry: Option<unknown>, text: string): unknown {
  const variable = variableOf(entry.flag);
  if (entry.many) return text.split(entry.between ?? ',').map((part) => parsed(name, part.trim(), variable));
  if (entry.value === undefined) return text !== '0' && text !== 'false';
  return parsed(name, text, variable);
}

function valueOf(name: OptionName, said: Said, environment: NodeJS.ProcessEnv): unknown {
  const entry: Option<unknown> = OPTIONS[name];
  const given = said[name];
  if (Array.isArray(given)) return given.map((text: string) => parsed(name, text));
  if (typeof given === 'string') return parsed(name, given);
  if (given === true) return true;
  const variable = environment[variableOf(entry.flag)];
  return variable === undefined || variable === '' ? entry.default : fromVariable(name, entry, variable);
}

/** The settings of a run: command line before environment before default, every value checked. */
export function settingsOf(said: Said, environment: NodeJS.ProcessEnv): Settings {
  const settings = Object.fromEntries(
    NAMES.map((name) => [name, valueOf(name, said, environment)]),
  ) as unknown as Settings;
  return settings.json ? { ...settings, format: 'ndjson' } : settings;
}
