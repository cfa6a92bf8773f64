import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A small network to record in, made of namespaces that have no way out:
 *
 *     outside ── hop ──▒ router ── inside            ▒ the tap: tcpdump sees what crosses the border
 *
 * Any source address lives outside, every live address of ours inside; the router swallows what goes to the dark ones,
 * as a border does that routes a whole prefix. The hop takes `distance` off the TTL. Needs root, and ends with `close`.
 */
export interface Site {
  /** own prefixes, dark but for the live hosts */
  readonly prefixes: readonly string[];
  readonly live: readonly Host[];
  /** routers between a source and us */
  readonly distance: number;
  /** servers elsewhere, which ours may visit */
  readonly abroad?: readonly Host[];
  /** the inside is one Ethernet on which the sources sit too, and the tap */
  readonly lan?: boolean;
}

export interface Host {
  readonly address: string;
  readonly services: readonly Service[];
}

/** A real server, or a line of text that something old would greet with. */
export interface Service {
  readonly port: number;
  readonly kind: 'http' | 'ssh' | 'redis' | 'dns' | 'greets';
  readonly greeting?: string;
}

export type Place = 'outside' | 'hop' | 'router' | 'inside';

export const http = (port = 80): Service => ({ port, kind: 'http' });
export const ssh = (port = 22): Service => ({ port, kind: 'ssh' });
export const redis = (port = 6379): Service => ({ port, kind: 'redis' });
export const dns = (): Service => ({ port: 53, kind: 'dns' });
export const greets = (port: number, greeting: string): Service => ({ port, kind: 'greets', greeting });

/** addresses of the links between the namespaces: shared address space (RFC 6598) and unique local (RFC 4193) */
const LINKS = {
  far: { near: '100.64.1.1', away: '100.64.1.2', near6: 'fd00:1::1', away6: 'fd00:1::2' },
  edge: { near: '100.64.2.1', away: '100.64.2.2', near6: 'fd00:2::1', away6: 'fd00:2::2' },
  home: { near: '100.64.3.1', away: '100.64.3.2', near6: 'fd00:3::1', away6: 'fd00:3::2' },
} as const;
/** what our own links say to one another */
const PLUMBING =
  'not arp and not src net fe80::/10 and not dst net fe80::/10 and not (icmp6 and net fd00::/16) and not ip6 multicast';
const PLACES: readonly Place[] = ['outside', 'hop', 'router', 'inside'];
const KERNEL = ['net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0', 'net.ipv4.icmp_ratelimit=0'];
const ROUTING = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'];
const isSix = (address: string): boolean => address.includes(':');
/** as in an address with a port */
const written = (address: string): string => (isSix(address) ? `[${address}]` : address);
const hostRoute = (address: string): string => `${address}/${isSix(address) ? 128 : 32}`;

export class Lab {
  readonly #site: Site;
  readonly #tag = `vd${process.pid}`;
  readonly #children: ChildProcess[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), 'vedette-lab-'));

  constructor(site: Site) {
    this.#site = site;
  }

  /** A scratch folder for the length of the recording. */
  get directory(): string {
    return this.#directory;
  }

  /**
   * Runs a line of shell in a namespace, for two minutes at most; returns what it printed.
   * A tool's own exit status is not our business.
   */
  run(place: Place, line: string): string {
    const guarded = ['timeout', '120', 'bash', '-c', `${line}\nexit 0`];
    return execFileSync('ip', ['netns', 'exec', this.#name(place), ...guarded], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: this.#directory,
      env: { ...process.env, ROUTER_MAC: this.#routerMac(place), LAB: this.#directory },
    });
  }

  async open(): Promise<void> {
    for (const place of PLACES) {
      execFileSync('ip', ['netns', 'add', this.#name(place)]);
      this.#ip(place, 'link set lo up');
      for (const setting of KERNEL) this.#sysctl(place, setting);
    }
    if (this.#site.lan) this.#wireLan();
    else this.#wire();
    this.#settle('inside', this.#site.live);
    this.#settle('outside', this.#site.abroad ?? []);
    await this.#listening('inside', this.#site.live);
    await this.#listening('outside', this.#site.abroad ?? []);
  }

  /** Waits until every service can be reached. */
  async #listening(place: Place, hosts: readonly Host[]): Promise<void> {
    const wanted = hosts.flatMap(({ address, services }) => services.map(({ port }) => `${written(address)}:${port}`));
    for (let tries = 0; tries < 100; tries++) {
      const sockets = this.run(place, 'ss -Hltun').split(/\s+/);
      if (wanted.every((one) => sockets.includes(one))) return;
      await pause(300);
    }
    throw new Error(`not all of ${wanted.join(', ')} listen`);
  }

  /** Addresses that tools may use as their own, answers included; the first is what they use if not told. */
  own(addresses: readonly string[]): void {
    for (const address of addresses) this.#ip('outside', `addr add ${hostRoute(address)} dev lo`);
    const [first] = addresses;
    if (first) this.speakAs('outside', first);
  }

  /** What packets of tools that choose no source carry. */
  speakAs(place: 'outside' | 'inside', address: string): void {
    const family = isSix(address) ? '-6 ' : '';
    const tail = `dev ${place === 'outside' ? 'net' : 'eth'} src ${address}`;
    if (this.#site.lan) {
      const own = this.#site.prefixes.filter((prefix) => isSix(prefix) === isSix(address));
      for (const prefix of own) this.#ip(place, `${family}route replace ${prefix} ${tail}`);
      return;
    }
    const [four, six] = place === 'outside' ? [LINKS.far.away, LINKS.far.away6] : [LINKS.home.near, LINKS.home.near6];
    this.#ip(place, `${family}route replace default via ${isSix(address) ? six : four} ${tail}`);
  }

  /** Starts tcpdump at the border; the function returned ends it. */
  async capture(path: string, snaplen = 0): Promise<() => Promise<void>> {
    const device = this.#site.lan ? 'home' : 'edge';
    const args = ['-i', device, '-U', '-s', String(snaplen), '-w', path, '--immediate-mode'];
    if (!this.#site.lan) args.push(PLUMBING);
    const child = spawn('ip', ['netns', 'exec', this.#name('router'), 'tcpdump', ...args], { stdio: 'pipe' });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await new Promise<void>((resolve) => child.stderr.once('data', () => resolve()));
    await pause(300);
    return async () => {
      await pause(700);
      child.kill('SIGINT');
      await ended;
    };
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGTERM');
    await pause(200);
    for (const place of PLACES) execFileSync('ip', ['netns', 'del', this.#name(place)]);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #name(place: Place): string {
    return `${this.#tag}-${place}`;
  }

  #ip(place: Place, line: string): void {
    execFileSync('ip', ['-n', this.#name(place), ...line.split(' ')], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  #sysctl(place: Place, setting: string): void {
    execFileSync('ip', ['netns', 'exec', this.#name(place), 'sysctl', '-qw', setting]);
  }

  #routerMac(place: Place): string {
    if (place !== 'outside' || this.#site.lan) return '';
    const name = this.#name('hop');
    return execFileSync('ip', ['netns', 'exec', name, 'cat', '/sys/class/net/far/address'], {
      encoding: 'utf8',
    }).trim();
  }

  /** Two ends of a cable, without the offloads that would leave checksums empty and segments too long. */
  #cable(left: Place, right: Place, leftDevice: string, rightDevice: string): void {
    const [from, to] = [this.#name(left), this.#name(right)];
    execFileSync('ip', [
      '-n',
      from,
      'link',
      'add',
      leftDevice,
      'type',
      'veth',
      'peer',
      'name',
      rightDevice,
      'netns',
      to,
    ]);
    for (const [place, device] of [
      [left, leftDevice],
      [right, rightDevice],
    ] as const) {
      this.#sysctl(place, `net.ipv6.conf.${device}.accept_dad=0`);
      this.#sysctl(place, `net.ipv6.conf.${device}.router_solicitations=0`);
      this.#ip(place, `link set ${device} up`);
      const off = ['tx', 'rx', 'sg', 'tso', 'gso', 'gro'].flatMap((offload) => [offload, 'off']);
      execFileSync('ip', ['netns', 'exec', this.#name(place), 'ethtool', '-K', device, ...off], { stdio: 'ignore' });
    }
  }

  #link(link: keyof typeof LINKS, left: Place, right: Place, leftDevice: string, rightDevice: string): void {
    const { near, away, near6, away6 } = LINKS[link];
    this.#cable(left, right, leftDevice, rightDevice);
    this.#ip(left, `addr add ${near}/24 dev ${leftDevice}`);
    this.#ip(left, `addr add ${near6}/64 dev ${leftDevice} nodad`);
    this.#ip(right, `addr add ${away}/24 dev ${rightDevice}`);
    this.#ip(right, `addr add ${away6}/64 dev ${rightDevice} nodad`);
  }

  #wire(): void {
    this.#link('far', 'outside', 'hop', 'net', 'far');
    this.#link('edge', 'hop', 'router', 'next', 'edge');
    this.#link('home', 'router', 'inside', 'home', 'eth');
    const routes: readonly [Place, string, string][] = [
      ['outside', LINKS.far.away, LINKS.far.away6],
      ['inside', LINKS.home.near, LINKS.home.near6],
      ['hop', LINKS.far.near, LINKS.far.near6],
      ['router', LINKS.edge.near, LINKS.edge.near6],
    ];
    for (const [place, gateway, gateway6] of routes) {
      this.#ip(place, `route add default via ${gateway}`);
      this.#ip(place, `-6 route add default via ${gateway6}`);
    }
    for (const place of ['hop', 'router'] as const) for (const setting of ROUTING) this.#sysctl(place, setting);
    for (const prefix of this.#site.prefixes) {
      this.#ip('hop', `route add ${prefix} via ${isSix(prefix) ? LINKS.edge.away6 : LINKS.edge.away}`);
      this.#ip('router', `route add blackhole ${prefix}`);
    }
    for (const { address } of this.#site.live) {
      this.#ip('router', `route add ${hostRoute(address)} via ${isSix(address) ? LINKS.home.away6 : LINKS.home.away}`);
    }
    this.#lengthen(this.#site.distance - 1);
  }

  #lengthen(hops: number): void {
    if (hops <= 0) return;
    this.run('hop', `iptables -t mangle -A FORWARD -i far -j TTL --ttl-dec ${hops}`);
    this.run('hop', `ip6tables -t mangle -A FORWARD -i far -j HL --hl-dec ${hops}`);
  }

  /** One Ethernet: the sources outside are neighbours of the hosts inside, and a bridge is where we listen. */
  #wireLan(): void {
    this.#ip('router', 'link add home type bridge');
    this.#ip('router', 'link set home up');
    for (const [place, device] of [
      ['outside', 'net'],
      ['inside', 'eth'],
    ] as const) {
      this.#cable('router', place, `to-${place}`, device);
      this.#ip('router', `link set to-${place} master home`);
    }
    for (const prefix of this.#site.prefixes) {
      this.#ip('inside', `route add ${prefix} dev eth`);
      this.#ip('outside', `route add ${prefix} dev net`);
    }
  }

  #settle(place: 'inside' | 'outside', hosts: readonly Host[]): void {
    for (const { address } of hosts) this.#ip(place, `addr add ${hostRoute(address)} dev lo`);
    for (const { address, services } of hosts) for (const service of services) this.#serve(place, address, service);
  }

  #serve(place: Place, address: string, service: Service): void {
    const { port, kind } = service;
    const at = `${written(address)}:${port}`;
    const home = join(this.#directory, `${address}-${port}`);
    mkdirSync(home, { mode: 0o755 });
    const start = (command: readonly string[]): void => this.#start(place, command);
    if (kind === 'http') start(['nginx', '-e', 'stderr', '-p', home, '-c', nginx(home, at)]);
    if (kind === 'ssh') start(sshd(home, at));
    if (kind === 'redis')
      start(['redis-server', '--bind', address, '--port', String(port), '--save', '', '--dir', home]);
    if (kind === 'dns')
      start(['dnsmasq', ...DNSMASQ, `--listen-address=${address}`, `--pid-file=${join(home, 'pid')}`]);
    if (kind === 'greets') start(greeter(at, service.greeting ?? ''));
  }

  #start(place: Place, command: readonly string[]): void {
    const child = spawn('ip', ['netns', 'exec', this.#name(place), ...command], { stdio: 'ignore' });
    this.#children.push(child);
  }
}

const DNSMASQ = '-k -u root --no-resolv --no-hosts --bind-interfaces --address=/example.com/192.0.2.80'.split(' ');

function nginx(home: string, at: string): string {
  const path = join(home, 'nginx.conf');
  mkdirSync(join(home, 'www'));
  chmodSync(home, 0o755);
  writeFileSync(join(home, 'www', 'index.html'), '<!doctype html><title>Harbour office</title><p>Tide tables\n');
  writeFileSync(
    join(home, 'www', 'tides.html'),
    `<!doctype html><title>Tides</title><pre>${'High 03:12  Low 09:40\n'.repeat(40)}`,
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${home}/t;`)
    .join('');
  writeFileSync(
    path,
    `daemon off; user root; worker_processes 1; pid ${home}/pid; events {}
http { access_log off; ${temporary} server { listen ${at}; root ${home}/www; } }`,
  );
  return path;
}

function sshd(home: string, at: string): string[] {
  const key = join(home, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
  mkdirSync('/run/sshd', { recursive: true });
  const settings = [`ListenAddress=${at}`, `HostKey=${key}`, 'PidFile=none', 'UsePAM=no', 'UseDNS=no'];
  return ['/usr/sbin/sshd', '-D', '-f', '/dev/null', ...settings.flatMap((setting) => ['-o', setting])];
}

/** Greets and then listens, as FTP, SMTP and POP3 servers do. Runs itself as a program inside. */
function greeter(at: string, greeting: string): string[] {
  return [process.execPath, import.meta.filename, 'greet', at, greeting];
}

function greet(at: string, greeting: string): void {
  const colon = at.lastIndexOf(':');
  const host = at.slice(0, colon).replace(/[[\]]/g, '');
  createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.write('500 Command not understood\r\n'));
    socket.write(`${greeting}\r\n`);
  }).listen(Number(at.slice(colon + 1)), host);
}

/** Records one thing: opens the site, runs `act` while tcpdump listens, closes. Returns the capture's bytes. */
export async function record(site: Site, act: (lab: Lab) => Promise<void>, snaplen = 0): Promise<Uint8Array> {
  const lab = new Lab(site);
  try {
    await lab.open();
    const path = join(lab.directory, 'capture.pcap');
    const stop = await lab.capture(path, snaplen);
    await act(lab);
    await stop();
    return readFileSync(path);
  } finally {
    await lab.close();
  }
}

const [, , word, at, greeting] = process.argv;
if (import.meta.main && word === 'greet' && at && greeting !== undefined) greet(at, greeting);
