/**
 * Clients that fetch packages. They are told the names by what they build, and ask every repository that they were given
 * for all of them: most repositories have few. That one is such a client it only says; but then it asks for nothing
 * else, and the names have the form that its repositories have.
 */
interface Ecosystem {
  readonly name: string;
  /** how its clients call themselves */
  readonly agent: RegExp;
  /** what they ask for, as it stands in the request */
  readonly path: RegExp;
  /** those of them that anybody's words could be: of these, some have to be there */
  readonly plain?: RegExp;
}

/** Sources: the repository layouts and protocols of the programs, as their manuals publish them. */
const ECOSYSTEMS: readonly Ecosystem[] = [
  {
    name: 'Maven',
    agent: /^(Apache-Maven|Gradle|Apache Ivy|Ivy|sbt|Coursier|Nexus|Artifactory|Aether)\b/,
    path: /\/([^/]+)\/([^/]+)\/\1-[^/]+$|\/maven-metadata\.xml/,
  },
  {
    name: 'npm',
    agent: /^(npm|yarn|pnpm|bun)\//i,
    path: /^(\/[\w.-]+){0,4}\/(@[\w.-]+(\/|%2f))?[\w.-]+(\/-\/[^/]+\.tgz)?$/i,
    plain: /^[^@%]*$/,
  },
  {
    name: 'PyPI',
    agent: /^(pip|poetry|uv|pdm|twine)\//,
    path: /\/simple\/([\w.-]+\/?)?$|\.(whl|tar\.gz)(\.metadata)?$/,
  },
  { name: 'APT', agent: /^Debian APT/, path: /\/(dists|pool)\// },
  { name: 'pacman', agent: /^pacman\//, path: /\.(db|files)(\.tar\.\w+)?(\.sig)?$|\.pkg\.tar\.\w+(\.sig)?$/ },
  {
    name: 'RPM',
    agent: /^(libdnf|dnf|urlgrabber|ZYpp|PackageKit)\b/,
    path: /\/repodata\/|\.d?rpm$|\/mirrorlist|\/metalink/,
  },
  {
    name: 'containers',
    agent: /^(docker|containerd|Buildah|skopeo|cri-o|kaniko|libpod|buildkit|Watchtower)\b/,
    path: /^\/v2\/($|.+\/(manifests|blobs|tags)\/)/,
  },
  {
    name: 'Go',
    agent: /^(Go-http-client|GoModuleMirror)\b/,
    path: /\?go-get=1$|\/@v\/|\/@latest$/,
    plain: /\?go-get=1$/,
  },
  {
    name: 'Terraform',
    agent: /^(Terraform|OpenTofu)\//,
    path: /^\/v1\/(modules|providers)\/|^\/\.well-known\/terraform\.json$/,
  },
  { name: 'Git', agent: /^(git|git-lfs|JGit|libgit2)\//, path: /\/(info\/(refs|lfs)|objects|HEAD|git-upload-pack)\b/ },
  { name: 'Composer', agent: /^Composer\//, path: /\/(packages|p2?)\b.*\.json|\.zip$/ },
  {
    name: 'RubyGems',
    agent: /^(bundler|RubyGems|Ruby, RubyGems)\b/,
    path: /\/(specs|quick|gems|info|versions|names|api)\b/,
  },
  {
    name: 'NuGet',
    agent: /^NuGet\b/,
    path: /\/(index\.json|flatcontainer|registration|FindPackagesById|Packages)\b|\.nupkg$/i,
  },
  {
    name: 'Cargo',
    agent: /^cargo\b/,
    path: /\/(config\.json|[\w-]{1,2}\/[\w-]{1,2}\/[\w-]+|[123]\/[\w/-]+)$|\.crate$/,
  },
  {
    name: 'conda',
    agent: /^(conda|mamba|micromamba|libmamba|pixi|rattler)\b/,
    path: /\/((current_)?repodata(_shards|_from_packages)?\.\w+(\.\w+)?|channeldata\.json)$|\.(conda|tar\.bz2)$/,
  },
  { name: 'Alpine', agent: /^apk-tools\//, path: /\/APKINDEX\.tar\.gz$|\.apk$/ },
  { name: 'R', agent: /^R(Studio)? ?[(/]/, path: /\/PACKAGES(\.rds|\.gz)?$|\/contrib\/.*\.(tar\.gz|tgz|zip)$/ },
  { name: 'Helm', agent: /^Helm\//, path: /\/index\.yaml$|\.tgz(\.prov)?$/ },
];

/** Share of the requests that must bear the client's name, and of the paths that must have the form. */
const NEARLY_ALL = 0.9;
/** Share of the requests that have to be served where the names could be anybody's words: a list of words hits less. */
const SERVED = 0.25;

/**
 * The repositories whose client this is, '' none.
 *
 * @param agents user agent → requests
 * @param served share of its requests that got what they asked for
 */
export function packagesOf(agents: ReadonlyMap<string, number>, paths: readonly string[], served: number): string {
  const all = [...agents.values()].reduce((sum, count) => sum + count, 0);
  const found = ECOSYSTEMS.find(({ agent, path }) => {
    const said = [...agents].reduce((sum, [text, count]) => (agent.test(text) ? sum + count : sum), 0);
    return (
      all > 0 && said >= NEARLY_ALL * all && paths.filter((one) => path.test(one)).length >= NEARLY_ALL * paths.length
    );
  });
  if (found === undefined || (found.name === 'npm' && foldersOf(paths) > 1)) return '';
  return served < SERVED && isPlain(found, paths) ? '' : found.name;
}

/** Whether most of the paths have no form that only a client of packages makes. */
const isPlain = ({ plain }: Ecosystem, paths: readonly string[]): boolean =>
  plain !== undefined && 2 * paths.filter((path) => plain.test(path)).length > paths.length;

/** Folders of the first level: names of npm have no form of their own, but lie in one place. */
const foldersOf = (paths: readonly string[]): number => new Set(paths.map((path) => path.split('/', 2)[1])).size;
