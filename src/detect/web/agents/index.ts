import { AGENT } from '../../../record/habit.ts';
import type { Agent } from './agent.ts';

export type { Agent } from './agent.ts';

/**
 * Who says what of himself. The texts are those that the programs send unless told otherwise, from their sources and
 * manuals, and those that operators of crawlers and research scanners publish. When several stand in one agent, the
 * strongest kind counts: tool, research, crawler, service, headless, library.
 */

/** "sign" or "sign=name", one after the other. */
const listed = (kind: number, text: string): Agent[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [sign, name = sign.replace(/^[\^]|[|/ ]+$/g, '')] = line.split(' = ');
      return {
        name,
        kind,
        sign,
        ...(kind === AGENT.tool ? { tool: name } : {}),
        ...(kind === AGENT.research ? { research: name } : {}),
      };
    });

const TOOLS = listed(
  AGENT.tool,
  `
  nmap scripting engine = nmap
  nmap nse = nmap
  ^nmap| = nmap
  nikto
  sqlmap
  gobuster
  fuzz faster u fool = ffuf
  ffuf| = ffuf
  feroxbuster
  dirbuster
  ^dirb| = dirb
  dirsearch
  wfuzz
  wpscan
  wordpress scanner = wpscan
  joomscan
  cmsmap
  cmseek
  droopescan
  fimap
  nuclei
  projectdiscovery
  open-source project (github.com/projectdiscovery = projectdiscovery
  httpx - open-source = httpx
  ^httpx/v = httpx
  ^naabu = naabu
  ^katana| = katana
  ^zmap| = zmap
  masscan
  zgrab
  whatweb
  wappalyzer
  webtech|
  wafw00f
  acunetix
  wvs/ = acunetix
  nessus
  openvas
  greenbone
  qualys
  rapid7|
  nexpose
  insightappsec
  netsparker
  invicti
  appscan
  webinspect
  detectify
  burp suite = burp
  burpcollaborator = burp
  zaproxy = zap
  owasp zap = zap
  ^zap| = zap
  arachni
  w3af
  skipfish
  vega/ = vega
  ^vega| = vega
  sitelockspider = SiteLock
  yeswehack = YesWeHack
  betabot
  bfac
  fuzz faster = ffuf
  whatwaf
  wapiti
  appspider
  ironwasp
  n-stalker
  xsstrike
  wpprobe
  sstimap
  shortscan
  kadimus
  lfisuite
  graphw00f
  graphql-cop
  jsql
  sysscan
  webbandit
  tinja
  securityagent
  mozlila
  noseyparker
  trufflehog
  grendel-scan
  paros/ = paros
  webscarab
  websecurify
  commix
  jaeles
  xray/ = xray
  ^xray| = xray
  tplmap
  xsser
  xspear
  dalfox
  havij
  pangolin
  bsqlbf
  sqlninja
  jbrofuzz
  powerfuzzer
  webshag
  uniscan
  golismero
  (hydra) = hydra
  ^medusa| = medusa
  brutus/ = brutus
  crowbar
  patator
  metasploit
  ruby/metasploit = metasploit
  zmeu
  morfeus
  jorgee
  muieblackcat
  w00tw00t
  dfind
  l9explore
  l9tcpid
  l9scan = l9explore
  lkx-apache2449traversalplugin
  lkxscan
  leakix
  gitdumper
  gittools
  dotdotpwn
  nettacker
  sn1per
  recon-ng
  theharvester
  spiderfoot
  gospider
  hakrawler
  subfinder
  amass|
  aquatone
  eyewitness
  gowitness
  httprint
  httprobe
  blackwidow
  ^grabber = grabber
  cloudmapper
  hello, world = mirai
  hello world|
  ^mirai
  mozi|
  gafgyt
  rondo|
  rapperbot
  ^xtc| = xtc
  ^dark| = dark
  cyberscan
  prowl/ = prowl
  toata dragostea
  core-project/1.0 = core-project
  mysqloit
  n-stealth
  nsauditor
  .nasl = nessus
  internet-wide-scan
  project-resonance
  vulnerability scanner
  vulnscan
  securityscan
  security scanner
  web scanner
  ^scanner|
  (compatible; scanner = scanner by its own word
  scanner/ = scanner
  portscan
  pentest
  exploit
  hacking
  go-dirbuster = gobuster
  sf/1 = skipfish
  advanced email extractor
  whisker
  libwhisker
  cgichk
  security-scan
  hp asm = webinspect
  hoyts|
  voideye
  webcruiser
  ratproxy
  interactsh
  pmafind
  springenwerk
  kiterunner
  ^arjun = arjun
  corsy|
  smuggler|
  ghauri
  ^mj12-scan
  ^x-scan
  dirmap/ = dirmap
  goby|
  ^fscan = fscan
  afrog
  pocsuite
  vulmap
  wpxploit
  wprecon
`,
);

const RESEARCH = listed(
  AGENT.research,
  `
  censysinspect = Censys
  censys = Censys
  shodan = Shodan
  expanse = Palo Alto Networks Expanse
  cortex-xpanse = Palo Alto Networks Expanse
  internetmeasurement = InternetMeasurement
  internet-measurement = InternetMeasurement
  internet census = Internet Census Group
  internetcensus = Internet Census Group
  shadowserver = Shadowserver
  netcraftsurveyagent = Netcraft
  netcraft = Netcraft
  binaryedge = BinaryEdge
  criminalip = Criminal IP
  stretchoid = Stretchoid
  onyphe = ONYPHE
  fofa| = FOFA
  zoomeye = ZoomEye
  quake360 = Quake
  hunter.how = Hunter
  netlab360 = Netlab 360
  modatscanner = Modat
  modat| = Modat
  visionheight = Vision Heights
  odin; = ODIN
  getodin = ODIN
  cyberresilience = Cyber Resilience
  alphastrike = Alpha Strike Labs
  research-scan = research scan
  researchscan = research scan
  research scanner = research scan
  internet-research = research scan
  bufferover = BufferOver
  securitytrails = SecurityTrails
  rwth-aachen = RWTH Aachen
  comsys.rwth = RWTH Aachen
  umich.edu = University of Michigan
  academyforinternet = Academy for Internet Research
  academy for internet research = Academy for Internet Research
  caida = CAIDA
  leitwert = LeitWert
  driftnet = driftnet
  intrinsec = Intrinsec
  bitsight = BitSight
  securityscorecard = SecurityScorecard
  panscient = Panscient
  httparchive = HTTP Archive
  pan-web-scan = Palo Alto Networks
  hello from palo alto = Palo Alto Networks
  paloaltonetworks = Palo Alto Networks
  ipip.net = IPIP
  rezolve = Rezolve
  dataprovider = Dataprovider
  domainsproject = Domains Project
  nlnetlabs = NLnet Labs
  internetttl = InternetTTL
  internet-structure-research = IPinfo
  odoscan = odoscan
  scaninfo@ = Palo Alto Networks Expanse
`,
);

const CRAWLERS = listed(
  AGENT.crawler,
  `
  googlebot
  google-inspectiontool
  googleother
  google-extended
  google-cloudvertexbot
  storebot-google
  adsbot-google
  mediapartners-google
  apis-google
  feedfetcher-google
  google-site-verification
  googleassociationservice
  bingbot
  msnbot
  adidxbot
  bingpreview
  yandexbot
  yandeximages
  yandex.com/bots = yandexbot
  baiduspider
  duckduckbot
  duckassistbot
  applebot
  slurp| = yahoo slurp
  sogou web spider = sogou
  petalbot
  seznambot
  qwantify
  qwantbot
  naver.me/spd = yeti
  yeti/ = yeti
  daum/ = daum
  coccocbot
  mojeekbot
  exabot
  gptbot
  oai-searchbot
  chatgpt-user
  claudebot
  claude-user
  claude-searchbot
  anthropic-ai
  perplexitybot
  perplexity-user
  ccbot
  bytespider
  amazonbot
  meta-externalagent
  meta-externalfetcher
  facebookbot
  cohere-ai
  diffbot
  mistralai-user
  archive.org_bot
  ia_archiver
  heritrix
  ahrefsbot
  semrushbot
  mj12bot
  dotbot
  rogerbot
  blexbot
  dataforseobot
  serpstatbot
  barkrowler
  seokicks
  megaindex
  linkdexbot
  sistrix
  awariobot
  velenpublicwebcrawler
  turnitin
  neevabot
  youbot
  timpibot
  omgili
  imagesiftbot
`,
);

/** Browsers of television sets and of what is put beside them: their applications speak through them. */
const TELEVISIONS = listed(
  AGENT.other,
  `
  smart-tv
  smarttv
  smart_tv
  hbbtv
  web0s
  tizen
  bravia
  viera
  netcast
  googletv
  crkey/ = chromecast
  appletv
  ; aft = fire tv
`,
);

/** What applications on telephones speak HTTP with, that do not say whose they are. */
const APPLICATIONS = listed(
  AGENT.other,
  `
  okhttp
  dart/ = dart
  dart:io
`,
);

const SERVICES = listed(
  AGENT.service,
  `
  facebookexternalhit
  facebookcatalog
  twitterbot
  linkedinbot
  slackbot
  slack-imgproxy
  discordbot
  telegrambot
  whatsapp
  skypeuripreview
  pinterest
  redditbot
  embedly
  iframely
  mastodon/ = mastodon
  pleroma
  misskey
  bluesky
  cardyb
  vkshare
  viber
  line-poker
  snapchat
  tumblr/ = tumblr
  google-read-aloud
  googleimageproxy
  google favicon
  google web preview
  googlesecurityscanner = google security scanner
  chrome-lighthouse
  w3c_validator
  w3c-checklink
  w3c_css_validator
  validator.nu
  uptimerobot
  pingdom
  statuscake
  better uptime
  betterstack
  uptime-kuma
  uptime/ = uptime
  site24x7
  newrelicpinger
  datadog
  checkly
  freshping
  hetrixtools
  nodeping
  monitis
  montastic
  zabbix
  nagios
  check_http
  icinga
  prtg
  blackbox exporter
  blackbox-exporter
  prometheus/ = prometheus
  kube-probe
  googlehc
  elb-healthchecker
  amazon-route53-health
  cloudflare-healthchecks
  edgehealth
  healthcheck
  health check
  haproxy
  amazon cloudfront
  cloudflare-
  fastly
  letsencrypt
  let's encrypt = letsencrypt
  feedly
  feedbin
  feedburner
  feedparser
  feedvalidator
  feed fetcher
  feedfetcher
  inoreader
  newsblur
  theoldreader
  miniflux
  freshrss
  tiny tiny rss
  netnewswire
  reeder/ = reeder
  liferea
  akregator
  newsboat
  nextcloud-news
  thunderbird
  bazqux
  netvibes
  flipboard
  overcast/ = overcast
  podcast
  itunes/ = itunes
  spotify/ = spotify
  wordpress/ = wordpress
  wordpress.com
  jetpack
  drupal (+ = drupal
  pingback
  trackback
  mattermost
  zapier
  ifttt
  paypal ipn
  stripe/ = stripe
  github-hookshot
  gitlab/ = gitlab
  bitbucket-webhooks
  microsoft-webdav-miniredir
  davfs2
  gvfs/ = gvfs
  dav/ = dav
  caldav
  carddav
  microsoft office
  ms-office
  activesync
  cfnetwork
  nsurlsession
  windows-update-agent
  microsoft-cryptoapi
  internal dummy connection
  apple-pubsub
  applecoremedia
  vlc/ = vlc
  libvlc
`,
);

const HEADLESS = listed(
  AGENT.headless,
  `
  headlesschrome
  headless
  phantomjs
  slimerjs
  selenium
  puppeteer
  playwright
  cypress
  htmlunit
  ^splash
  electron/ = electron
`,
);

const LIBRARIES = listed(
  AGENT.library,
  `
  curl/ = curl
  ^curl|
  libcurl
  pycurl
  ^wget
  python-requests
  python-urllib
  python-httpx
  aiohttp
  ^python
  scrapy
  mechanize
  go-http-client
  go http package
  fasthttp
  ^resty
  go-resty
  java/ = java
  ^java|
  apache-httpclient
  apache http client
  jakarta commons
  httpclient
  async-http-client
  asynchttpclient
  reactornetty
  jersey/ = jersey
  unirest
  feign
  libwww-perl
  lwp::simple
  lwp-trivial
  lwp-request
  mojolicious
  winhttp
  wininet
  powershell
  windowspowershell
  restsharp
  axios
  node-fetch
  node-superagent
  undici
  ^node|
  ^got|
  got (https = got
  guzzle
  guzzlehttp
  ^php
  http_request2
  pear http
  symfony httpclient
  zend_http
  ^ruby
  faraday
  typhoeus
  rest-client
  httparty
  mechanize/ = mechanize
  reqwest
  hyper/ = hyper
  ureq/ = ureq
  isahc
  httpie
  ^xh/
  lynx/ = lynx
  ^links ( = links
  w3m/ = w3m
  elinks
  aria2
  ^axel
  httrack
  offline explorer
  webcopier
  teleport
  webzip
  apachebench
  wrk/ = wrk
  ^wrk|
  ^hey/
  ^k6/
  siege/ = siege
  jmeter
  locust
  gatling
  vegeta
  bombardier
  ^oha/
  postmanruntime
  insomnia
  ^paw/
  cpp-httplib
  libsoup
  qtnetwork
  boost.beast
  deno/ = deno
  ^bun/
  erlang
  hackney
  elixir
  ^finch
  haskell
  http-conduit
  clojure
  ^dispatch
  akka-http
  spray-can
  netty
  vert.x
  dotnet
  .net framework
  ^lua
  lua-resty
  luasocket
  snoopy
  urlgrabber
  fetch libfetch
  libfetch
  chilkat
  indy library
  synapse)
  delphi
  winhttprequest
  xmlhttp
  msxml
  gozilla
  getright
`,
);

const BOTS = listed(
  AGENT.bot,
  `
  bot/
  bot|
  crawler
  spider
  crawl/
  scraper
  fetcher
  +http
  robot
`,
).map((agent) => ({ ...agent, name: 'bot without a known name' }));

/** Makers of phones whose names look like a bot's. */
const PHONES = listed(AGENT.browser, 'cubot').map((agent) => ({ ...agent, name: 'browser' }));

const plain = (name: string, kind: number): Agent => ({ name, kind, sign: '' });

/** The list. An agent's number is its place here; the first are told by shape. Add one: a line above. */
export const AGENTS: readonly Agent[] = [
  plain('none', AGENT.none),
  plain('browser', AGENT.browser),
  plain('browser whose parts contradict each other', AGENT.impossible),
  plain('browser that hardly anybody has any more', AGENT.ancient),
  plain('no more than "Mozilla"', AGENT.impossible),
  plain('other', AGENT.other),
  ...TOOLS,
  ...RESEARCH,
  ...CRAWLERS,
  ...SERVICES,
  ...HEADLESS,
  ...LIBRARIES,
  ...BOTS,
  ...PHONES,
  ...TELEVISIONS,
  ...APPLICATIONS,
];
