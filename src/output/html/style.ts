/** The style sheet of the report: light and dark by what the reader's system asks for, one column when narrow, printable. */
export const STYLE = `
:root{--bg:#f4f5f7;--card:#fff;--ink:#1b2230;--dim:#566074;--line:#dde1e7;--soft:#eef0f4;--accent:#1d5fa6;--hit:#0f6fb8;--miss:#a9b1be;
--intrusion:#9b1c5a;--targeted:#c0272d;--localised:#a85600;--background:#5a6b82;--known:#0b736d;--innocent:#3a7527;--anomaly:#7444b0;
--level-1:#bcd7f0;--level-2:#6ea8dc;--level-3:#1d5fa6;--told:#e07b00;color-scheme:light dark}
@media screen and (prefers-color-scheme:dark){:root{--bg:#10141a;--card:#181e26;--ink:#e6eaf0;--dim:#a2adbd;--line:#2b3440;--soft:#212934;--accent:#79b5f2;--hit:#5fb0f5;--miss:#5b6779;
--intrusion:#f58ac0;--targeted:#ff8078;--localised:#f0a44a;--background:#9fb2ca;--known:#55c5ba;--innocent:#86c972;--anomaly:#c5a5f5;
--level-1:#24415f;--level-2:#3673ad;--level-3:#79b5f2;--told:#ffb454}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.top,main{max-width:1120px;margin:0 auto;padding:0 20px}
.top{padding-top:36px}
.brand{margin:0;color:var(--accent);font-weight:700;letter-spacing:.08em;text-transform:uppercase;font-size:.8rem}
h1,h2,h3{line-height:1.2;margin:0;text-wrap:balance}
h1{font-size:2rem}
h2{font-size:1.35rem;margin:0 0 14px}
h3{font-size:1.1rem}
p{margin:.4em 0}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:2px}
a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
code,.id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em}
.dim{color:var(--dim);font-weight:400}
.verdict{font-size:1.15rem;max-width:70ch;margin:14px 0}
.figures{list-style:none;display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px;margin:18px 0;padding:0}
.figures li{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 14px;color:var(--dim);font-size:.9rem}
.figures b{display:block;color:var(--ink);font-size:1.5rem;line-height:1.2}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;padding:10px 0;border-top:1px solid var(--line);font-size:.92rem}
section{margin:34px 0}
.card,.glance,.timeline,.tasks,#read>.facts,#background>.bars{background:var(--card);border:1px solid var(--line);border-radius:12px}
.card{padding:18px 20px;margin:16px 0;border-left:5px solid var(--tone,var(--line));scroll-margin-top:12px}
.card>header{display:flex;gap:16px;justify-content:space-between;align-items:flex-start;margin-bottom:10px}
.card:target{outline:2px solid var(--accent)}
.rank{display:inline-block;min-width:1.7em;padding:0 .35em;border-radius:6px;background:var(--soft);text-align:center}
.chips{display:flex;flex-wrap:wrap;gap:6px;margin:8px 0 0}
.chip{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 10px;font-size:.8rem;line-height:1.65;color:var(--dim);white-space:normal}
.chip[class*=tone-]{color:var(--tone);border-color:currentColor;font-weight:600}
.worth{text-align:right;font-size:.8rem}
.score{display:block;width:64px;flex:none}
.score b{display:block;font-size:1.35rem;line-height:1.15}
.score i{display:block;height:5px;border-radius:3px;background:linear-gradient(var(--accent) 0 0) 0/var(--part) 100% no-repeat var(--soft)}
.facts{display:grid;grid-template-columns:9.5em 1fr;margin:0}
.facts dt{color:var(--dim);padding:5px 12px 5px 0;font-size:.92rem}
.facts dd{margin:0;padding:5px 0;min-width:0}
.facts dt:not(:first-of-type),.facts dt:not(:first-of-type)+dd{border-top:1px solid var(--soft)}
.facts ul,.facts ol{margin:4px 0;padding-left:1.2em}
#read>.facts{padding:10px 18px;margin-bottom:14px}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(240px,100%),1fr));gap:18px 22px;margin:18px 0 8px}
figure{margin:0;min-width:0}
figcaption{font-weight:600;font-size:.92rem;margin-bottom:6px}
.frame{display:grid;grid-template-columns:auto 1fr;gap:2px 6px;font-size:.75rem;color:var(--dim)}
.frame svg{width:100%;height:150px;background:var(--soft);border-radius:6px;display:block}
.frame .y{display:flex;flex-direction:column;justify-content:space-between;text-align:right;max-width:8.5em;line-height:1.1}
.frame .x{grid-column:2;display:flex;justify-content:space-between}
.dots,.line{fill:none;vector-effect:non-scaling-stroke;stroke-linecap:round;stroke-linejoin:round}
.dots.miss{stroke:var(--miss);stroke-width:4.5px}
.dots.hit{stroke:var(--hit);stroke-width:6.5px}
.line.main{stroke:var(--hit);stroke-width:2.5px}
.line.rest{stroke:var(--hit);stroke-width:2px;stroke-dasharray:2 6}
.line.other{stroke:var(--miss);stroke-width:1.5px}
.line.bar{stroke:var(--targeted);stroke-width:1.5px;stroke-dasharray:6 4}
.legend{font-size:.8rem;color:var(--dim);margin:6px 0 0}
.key{display:inline-block;width:10px;height:10px;border-radius:50%;margin:0 5px 0 10px;background:var(--tone,var(--miss))}
.legend>span{white-space:nowrap;margin-right:10px}
.legend>span>.key{margin-left:0}
.legend>.key:first-child{margin-left:0}
.key.hit{background:var(--hit)}.key.miss{background:var(--miss)}
.key.main,.key.other,.key.bar{height:3px;width:18px;border-radius:2px;vertical-align:middle}
.key.main{background:var(--hit)}.key.other{background:var(--miss)}.key.bar{background:var(--targeted)}
td>a{white-space:nowrap}
td>a>b{font-size:.85em;background:var(--soft);border-radius:4px;padding:0 4px;display:inline-block}
.key.answered{background:var(--told)}
.tone-intrusion{--tone:var(--intrusion)}.tone-targeted{--tone:var(--targeted)}.tone-localised{--tone:var(--localised)}.tone-background{--tone:var(--background)}
.tone-known{--tone:var(--known)}.tone-innocent{--tone:var(--innocent)}.tone-anomaly{--tone:var(--anomaly)}
.timeline{padding:14px 16px}
.timeline svg{display:block;overflow:visible}
.timeline .grid{stroke:var(--line);stroke-width:1px}
.timeline text{fill:var(--dim);font-size:12px}
.timeline .label{fill:var(--ink);font-size:13px}
.timeline .span{stroke:var(--tone);stroke-width:9px;stroke-linecap:round}
.timeline .rest{stroke:var(--background);stroke-width:2px}
.timeline a:hover .label{text-decoration:underline}
.glance,.tasks{margin:0;padding:6px 18px}
.glance{list-style:none}
.glance li{display:flex;gap:16px;padding:10px 0}
.glance li+li,.tasks li+li{border-top:1px solid var(--soft)}
.glance .score{width:48px}
.glance div{min-width:0}
.tasks{padding-left:44px}
.tasks li{padding:8px 0}
.tasks p{margin:2px 0}
.verify code{background:var(--soft);padding:1px 6px;border-radius:5px;box-decoration-break:clone}
.wide{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px;margin:10px 0}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;vertical-align:top;padding:6px 12px;border-top:1px solid var(--soft)}
thead th{border-top:0;color:var(--dim);font-weight:600;white-space:nowrap}
.number{text-align:right;white-space:nowrap}
.time{white-space:nowrap}
.text{min-width:9em}
.group th{background:var(--soft)}
.records{min-width:7em;font-size:.8rem}
q{quotes:none;font-style:italic}
details{border-top:1px solid var(--soft);padding:8px 0;font-size:.94rem}
summary{cursor:pointer;color:var(--accent)}
.id{margin:6px 0 0}
.maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(320px,100%),1fr));gap:24px}
.map svg{width:100%;max-width:440px;display:block}
.map .space{fill:var(--soft);stroke:var(--line);stroke-width:.06}
.map .curve{fill:none;stroke:var(--line);stroke-width:.09}
.level-1{fill:var(--level-1);background:var(--level-1)}.level-2{fill:var(--level-2);background:var(--level-2)}.level-3{fill:var(--level-3);background:var(--level-3)}
.key[class*=level]{border-radius:2px}
.map .answered{fill:var(--told);stroke:var(--card);stroke-width:.06}
.bars{list-style:none;margin:12px 0;padding:10px 18px}
.bars li{display:grid;grid-template-columns:7em 1fr 6em;gap:12px;align-items:center;padding:2px 0;font-size:.92rem}
.bars i{height:10px;border-radius:3px;background:linear-gradient(var(--background) 0 0) 0/var(--part) 100% no-repeat}
.bars span{text-align:right}
#background h3{margin:18px 0 8px}
.words{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));gap:10px 28px;margin:0;font-size:.94rem}
.words dt{font-weight:600}
.words dd{margin:0;color:var(--dim)}
@media (max-width:640px){
.timeline .tick.odd{display:none}
body{font-size:15px}
.top,main{padding:0 14px}
.top{padding-top:22px}
h1{font-size:1.6rem}
.figures{grid-template-columns:repeat(3,1fr);gap:8px}
.figures li{padding:8px 10px;font-size:.8rem}
.figures b{font-size:1.2rem}
.card{padding:14px}
.facts{grid-template-columns:1fr}
.facts dt{padding:8px 0 0}
.facts dd{padding:0 0 6px}
.facts dt:not(:first-of-type)+dd{border-top:0}
.glance,.tasks{padding:4px 14px}
.tasks{padding-left:34px}
.frame svg{height:130px}
}
@media print{
:root{--bg:#fff;--card:#fff}
body{font-size:10.5pt}
nav{display:none}
.card,.plots figure,.map,.timeline,tr,li{break-inside:avoid}
.card{break-inside:auto}
h2,h3,.card>header{break-after:avoid}
details::details-content{content-visibility:visible;display:block}
.wide{overflow:visible}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
