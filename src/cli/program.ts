import { existsSync, readFileSync } from 'node:fs';
import { Command, CommanderError, Option as Flag } from 'commander';
import { type Said, settingsOf } from '../config/config.ts';
import { CodedError, closest } from '../config/errors.ts';
import { defaultText, OPTIONS, type Option, type OptionName, type Settings, TRIABLE } from '../config/options.ts';
import { printableLines } from '../output/printable.ts';
import type { Trials } from './backtest.ts';
import type { Asked } from './learned.ts';
import type { Filters } from './findings.ts';
import type { Ports } from './ports.ts';
import type { Rehearsal } from './rehearse.ts';
import type { Playing } from './replay.ts';

/**
 * The command line: names and options. What a command does is loaded when it runs, so that help costs nothing.
 * Data goes to stdout, talk to stderr.
 */

const BUG = 70;

const PACKAGE = new URL('../../package.json', import.meta.url);

const HELP = `
\`vedette FILE…\` analyses captures, logs, flow records and folders of them;
\`vedette\` alone a bundled sample. \`vedette help analyze\` lists the options.

Exit status: 0 fine, 1 findings (with --fail-on findings), 2 usage,
74 input or output, 78 configuration.`;

/** Options that matter to a command that runs the engine without writing findings. */
const FOR_EXPLAIN: readonly OptionName[] = [
  'home',
  'falsePerDay',
  'bar',
  'known',
  'knownList',
  'since',
  'until',
  'proxy',
  'logFormat',
  'timezone',
  'workers',
  'color',
  'quiet',
];

/** Options that matter to a command that shows what was learned. */
const FOR_LEARNED: readonly OptionName[] = [
  'format',
  'json',
  'home',
  'falsePerDay',
  'bar',
  'since',
  'proxy',
  'logFormat',
  'timezone',
  'all',
  'workers',
  'color',
  'quiet',
];

/** Options that matter to a command that judges the same data twice. */
const FOR_BACKTEST: readonly OptionName[] = [...FOR_LEARNED, 'allow', 'until'];

/** What an option means to one command, where that is not what the table says. */
type Meaning = Partial<Pick<Option<unknown>, 'about' | 'defaultText'>>;
type Meanings = Partial<Record<OptionName, Meaning>>;

/** Only an analysis is written as a report. */
const LINES: Meanings = { format: { about: 'text for people, ndjson for programs.' } };

const STAGE: Meanings = {
  home: {
    about: 'The network that is scanned. May be repeated.',
    defaultText: 'that of --into, inferred; else one that is kept for documentation',
  },
};

function flagOf(name: OptionName, meaning: Meaning = {}): Flag {
  const entry: Option<unknown> = { ...OPTIONS[name], ...meaning };
  const value = entry.value === undefined ? '' : ` <${entry.value}>`;
  const about = entry.value === undefined ? entry.about : `${entry.about} (default: ${defaultText(entry)})`;
  const flag = new Flag(`--${entry.flag}${value}`, about);
  return entry.many ? flag.argParser((text: string, before?: string[]) => [...(before ?? []), text]) : flag;
}

/** `--try-bar` and its like: options whose other value is tried on the same data. */
function trialFlags(): Flag[] {
  return TRIABLE.map((name) => {
    const { flag, value } = OPTIONS[name];
    const trial = new Flag(`--try-${flag} <${value}>`, `What another --${flag} would find.`);
    return 'many' in OPTIONS[name]
      ? trial.argParser((text: string, before?: string[]) => [...(before ?? []), text])
      : trial;
  });
}

function withOptions(command: Command, names: readonly OptionName[], meanings: Meanings = {}): Command {
  for (const name of names) command.addOption(flagOf(name, meanings[name]));
  return command;
}

/** A command's settings from what was said to it. */
const settings = (said: Said, ports: Ports): Settings => settingsOf(said, ports.environment);

/** Builds the program; `done` takes the exit code of the command that ran. */
function programOf(ports: Ports, done: (code: number) => void): Command {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  const program = new Command('vedette')
    .description(
      'Finds who scanned you, how, and what they learned (MITRE ATT&CK T1595), passively: in captures, logs and flow records.',
    )
    .usage('[command] [options] [FILE…]')
    .version(version)
    .addHelpText('after', HELP)
    .configureOutput({
      writeOut: (text) => void ports.stdout.write(text),
      writeErr: (text) => void ports.stderr.write(printableLines(text)),
      outputError: () => {},
    })
    .exitOverride();
  withOptions(program.command('analyze', { isDefault: true }), Object.keys(OPTIONS) as OptionName[])
    .description('find and describe scans (the default: `vedette FILE` does)')
    .argument('[FILE...]', 'captures, logs, flow records or folders of them; - is standard input')
    .action(async (files: string[], said: Said) => {
      rejectMistypedCommand(files, program);
      const { analyze } = await import('./analyze.ts');
      done(await analyze(files, settings(said, ports), ports));
    });
  withOptions(program.command('findings'), ['format', 'json', 'since', 'all', 'color'], LINES)
    .description('list what the last analysis found, most worth first')
    .option('--class <NAME>', 'Only findings that are targeted, localised, background or known-scanner.')
    .option('--technique <ID>', 'Only findings with this ATT&CK technique, such as T1595 or T1595.002.')
    .option('--min-priority <N>', 'Only findings of at least this priority, 0 to 100.')
    .action(async (said: Said & Filters) => {
      const { listFindings } = await import('./findings.ts');
      done(await listFindings(settings(said, ports), said, ports));
    });
  withOptions(program.command('explain'), FOR_EXPLAIN)
    .description('recompute one finding from its records and show its account')
    .argument('<ID>', 'id of a finding, its beginning, or an address that it blames')
    .argument('[FILE...]', 'where it was found (default: what the last analysis read)')
    .action(async (id: string, files: string[], said: Said) => {
      const { explain } = await import('./explain.ts');
      done(await explain(id, files, settings(said, ports), said, ports));
    });
  withOptions(program.command('learned'), FOR_LEARNED, LINES)
    .description('show what answers of yours told scanners, and what to close')
    .argument('[FILE...]', 'captures, logs or folders of them (default: what the last analysis read)')
    .option('--by <WHO>', 'Only what this finding (its id or the beginning of it), address or prefix was told.')
    .option('--diff', 'Compare two FILEs: inputs, or what this command wrote as ndjson.')
    .action(async (files: string[], said: Said & Asked) => {
      const { learned } = await import('./learned.ts');
      done(await learned(files, settings(said, ports), said, ports));
    });
  const backtest = withOptions(program.command('backtest'), FOR_BACKTEST, LINES)
    .description('judge the same data with other settings too, and show which findings that would change')
    .argument('[FILE...]', 'captures, logs or folders of them (default: what the last analysis read)')
    .action(async (files: string[], said: Said & Trials) => {
      done(await (await import('./backtest.ts')).backtest(files, settings(said, ports), said, ports));
    });
  for (const flag of trialFlags()) backtest.addOption(flag);
  withOptions(program.command('rehearse'), ['home', 'timezone', 'falsePerDay', 'bar', 'workers', 'quiet'], STAGE)
    .description('write labelled synthetic scans, to try a whole pipeline without sending a packet')
    .option('--out <FOLDER>', 'Where captures, logs and truth.jsonl go.', 'rehearsal')
    .option('--method <NAME...>', 'Scans to write: all, or names; a wrong name lists them.', ['all'])
    .option('--mixed', 'One capture and one log of each kind with all scans in it, instead of a file a scan.')
    .option('--into <FILE>', 'Put the scans into a copy of this capture or log, within its period and its network.')
    .option('--seed <N>', 'Another number makes other packets.', '1')
    .option('--check', 'Analyse what was written; exit status 1 when a scan was missed or named wrongly.')
    .action(async (said: Said & Rehearsal) => {
      const { rehearse } = await import('./rehearse.ts');
      done(await rehearse(said, settings(said, ports), ports));
    });
  withOptions(program.command('replay'), ['timezone'])
    .description('play a capture or log back at a multiple of its own pace; nothing goes to a network')
    .argument('<FILE>', 'a capture or log; - is standard input')
    .option('--speed <X>', 'Times its own pace, or max: as fast as the reader reads.', '1')
    .option('--to <FILE>', 'Where to. (default: standard output)')
    .option('--shift', 'Move the times to now. (default: they stay as they are)')
    .action(async (file: string, said: Said & Playing) => {
      const { replay } = await import('./replay.ts');
      done(await replay(file, said, settings(said, ports), ports));
    });
  program
    .command('formats')
    .description('list the formats that can be read and written')
    .action(async () => {
      const { formats } = await import('./formats.ts');
      formats(ports);
    });
  wordlists(program, ports);
  return program;
}

function wordlists(program: Command, ports: Ports): void {
  const command = program
    .command('wordlists')
    .description('list the wordlists that guesses are compared with')
    .action(async () => (await import('./wordlists.ts')).listWordlists(ports));
  command
    .command('add')
    .description('add a list of your own, or replace it')
    .argument('<NAME>', 'what findings call it')
    .argument('<FILE>', 'a word on each line')
    .action(async (name: string, file: string) => (await import('./wordlists.ts')).addOwn(name, file, ports));
  command
    .command('remove')
    .description('remove a list of your own')
    .argument('<NAME>', 'its name')
    .action(async (name: string) => (await import('./wordlists.ts')).removeOwn(name, ports));
}

/** `vedette explian 4f2a` would otherwise be two files that are not there. */
function rejectMistypedCommand([first]: readonly string[], program: Command): void {
  if (first === undefined || !/^[a-z]+$/.test(first) || existsSync(first)) return;
  const meant = closest(
    first,
    program.commands.map((command) => command.name()),
  );
  if (meant !== undefined) throw new CodedError('COMMAND_UNKNOWN', { command: first, closest: meant });
}

/** The command that was meant, and of `wordlists add` the second word too. */
function meantBy(words: readonly string[], program: Command): Command {
  const named = (command: Command): Command | undefined =>
    command.commands.find((inner) => words.includes(inner.name()));
  const outer = named(program) ?? program.commands[0];
  return named(outer) ?? outer;
}

const pathOf = (command: Command): string =>
  command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

/** The parser's complaint as one of ours. */
function codedOf(error: CommanderError, command: Command): CodedError {
  const [, named = ''] = /'(.*)'/s.exec(error.message) ?? [];
  const of = pathOf(command);
  switch (error.code) {
    case 'commander.unknownOption':
      return new CodedError(isBefore(named, command) ? 'OPTION_BEFORE' : 'OPTION_UNKNOWN', {
        of,
        option: named,
        closest: isBefore(named, command) ? undefined : likeOption(named, command),
      });
    case 'commander.optionMissingArgument':
      return new CodedError('OPTION_VALUE_MISSING', { option: named.split(' ')[0], expected: expectedOf(named) });
    case 'commander.missingMandatoryOptionValue':
    case 'commander.missingArgument':
      return new CodedError('ARGUMENT_MISSING', { of, argument: named });
    case 'commander.unknownCommand':
      return new CodedError('COMMAND_UNKNOWN', { command: named });
    default:
      return new CodedError('ARGUMENT_EXCESS', { of });
  }
}

/** Whether an option is one of the command's, and so was only said before it. */
const isBefore = (named: string, { options }: Command): boolean => options.some(({ long }) => long === named);

const flags = (): Option<unknown>[] => Object.values(OPTIONS);

function likeOption(named: string, { options }: Command): string | undefined {
  return closest(named.replace(/=.*/s, ''), [...options.flatMap(({ long }) => long ?? []), '--help']);
}

function expectedOf(named: string): string {
  return flags().find(({ flag }) => named.startsWith(`--${flag}`))?.expected ?? 'a value';
}

/** Says what went wrong; never a stack trace for an operator's mistake. @returns the exit code */
export function complain(error: unknown, ports: Ports): number {
  if (error instanceof CodedError) {
    ports.stderr.write(printableLines(`vedette: ${error.message} ${error.hint} [${error.code}]\n`));
    return error.exit;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  ports.stderr.write(printableLines(`vedette: this is a bug, please report it.\n${trace}\n`));
  return BUG;
}

/** Gives a bare `--color` its value, so that the parser does not take the file after it for one. */
function withBareValues(words: readonly string[]): string[] {
  return words.map((word, at) => {
    const entry = flags().find(({ flag, bare }) => bare !== undefined && word === `--${flag}`);
    const told = entry?.parse(words[at + 1] ?? '') !== undefined;
    return entry === undefined || told || words.slice(0, at).includes('--') ? word : `${word}=${entry.bare}`;
  });
}

/** Runs the command line. @returns the exit code */
export async function main(words: readonly string[], ports: Ports): Promise<number> {
  let code = 0;
  const program = programOf(ports, (given) => {
    code = given;
  });
  try {
    await program.parseAsync(withBareValues(words), { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return complain(error, ports);
    return error.exitCode === 0 ? 0 : complain(codedOf(error, meantBy(words, program)), ports);
  }
}
