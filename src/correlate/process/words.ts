/** Words of a command line that are looked at. */
const MOST = 96;
/** Longest command line that is looked at, in characters. */
const LONGEST = 4096;
/** Programs within programs (`sudo sh -c "…"`) that are followed. */
const DEEPEST = 6;

/** One program that a command line calls, with its arguments. */
export interface Call {
  /** its name without path, ending and version, in lower case: `nmap` of `/opt/nmap-7.95.exe` */
  readonly program: string;
  readonly args: readonly string[];
}

const BLANK = /\s/u;

/** The words of a command line; several lists where `;`, `|`, `&` or a line's end part commands. Quotes are taken off. */
export function commandsIn(line: string): string[][] {
  const commands: string[][] = [[]];
  let word = '';
  let quote = '';
  let begun = false;
  let count = 0;
  const end = (): void => {
    if (begun) commands[commands.length - 1].push(word);
    count += begun ? 1 : 0;
    word = '';
    begun = false;
  };
  for (const char of line.slice(0, LONGEST)) {
    if (count >= MOST) break;
    if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      begun = true;
    } else if (BLANK.test(char)) {
      end();
      if (char === '\n') commands.push([]);
    } else if (char === ';' || char === '|' || char === '&') {
      end();
      commands.push([]);
    } else {
      word += char;
      begun = true;
    }
  }
  end();
  return commands.filter(({ length }) => length > 0);
}

const ENDINGS = /\.(?:exe|com|bat|cmd|ps1|py|pl|rb|sh|jar|bin|tmp)$/u;
/** A part of a name that only says which build of a program it is. */
const BUILD = /^(?:v?\d[\d.]*(?:\(\d+\))?|x64|x86|amd64|arm64|linux|windows|win|win64|win32)$/u;

/** The bare name of a program by its path. */
export function programOf(path: string): string {
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  const parts = base.slice(0, 128).replace(ENDINGS, '').split(/[-_ ]/u);
  while (parts.length > 1 && BUILD.test(parts[parts.length - 1])) parts.pop();
  const name = parts.join('-');
  const digits = /[\d.]{1,8}$/u.exec(name);
  return digits && digits.index > 2 ? name.slice(0, digits.index) : name;
}

/** Programs that only run another, which follows their own options. */
const WRAPPERS: ReadonlySet<string> = new Set(
  (
    'sudo doas env nohup time timeout nice ionice setsid stdbuf unbuffer xargs watch proxychains torsocks torify strace ' +
    'python pythonw py perl ruby java node start wsl runas chroot screen tmux parallel'
  ).split(' '),
);
/** Shells, whose option `-c` or `/c` is followed by a command line. */
const SHELLS: ReadonlySet<string> = new Set('sh bash zsh dash ash ksh fish busybox cmd powershell pwsh'.split(' '));

export const isShell = (program: string): boolean => SHELLS.has(program);

/**
 * The programs that a command line calls, those of wrappers and shells included.
 *
 * @param isSought whether a program of this name is looked for: told apart from the value of a wrapper's option
 */
export function callsIn(line: string, isSought: (program: string) => boolean, depth = 0): Call[] {
  return commandsIn(line).flatMap((words) => callsOf(words, isSought, depth));
}

function callsOf(words: readonly string[], isSought: (program: string) => boolean, depth: number): Call[] {
  const program = programOf(words[0] ?? '');
  const args = words.slice(1);
  if (depth >= DEEPEST) return [];
  if (SHELLS.has(program)) {
    const at = args.findIndex((word) => /^(?:-[a-z]{0,3}c|\/[ck]|-command)$/iu.test(word));
    const rest = at < 0 ? args : args.slice(at + 1);
    const inner = rest.length === 1 ? callsIn(rest[0], isSought, depth + 1) : callsOf(rest, isSought, depth + 1);
    return [{ program, args }, ...(rest.length > 0 ? inner : [])];
  }
  if (!WRAPPERS.has(program)) return [{ program, args }];
  const next = wrapped(args, isSought);
  return next < 0 ? [{ program, args }] : callsOf(args.slice(next), isSought, depth + 1);
}

/** Where the wrapped program stands among a wrapper's arguments; −1: nowhere. */
function wrapped(args: readonly string[], isSought: (program: string) => boolean): number {
  let afterOption = false;
  for (const [at, word] of args.entries()) {
    if (word.startsWith('-')) afterOption = true;
    else if (!/^[\d.]+[smhd]?$/u.test(word) && !/^\w+=/u.test(word)) {
      const program = programOf(word);
      if (!afterOption || isSought(program) || WRAPPERS.has(program) || SHELLS.has(program)) return at;
      afterOption = false;
    }
  }
  return -1;
}
