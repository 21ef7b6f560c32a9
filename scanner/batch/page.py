"""The page round a report: one self-contained HTML file, for screens light and dark, and for paper."""

from __future__ import annotations

from string import Template

STYLE = """
:root{--ink:#1c2430;--soft:#5a6675;--line:#d8dee6;--paper:#fff;--card:#f6f8fa;--block:#b3261e;--review:#e0a100;
--mark:#fff0c2;--accent:#1f5fa8}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#a3afbd;--line:#384352;--paper:#12171e;--card:#1b222c;
--block:#f0776c;--review:#f0c24b;--mark:#4a3d12;--accent:#8ab8f0}}
*{box-sizing:border-box}
html{color-scheme:light dark}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI","Noto Sans",sans-serif}
main{max-width:980px;margin:0 auto;padding:28px 24px 60px}
h1{font-size:27px;line-height:1.25;margin:0 0 4px}
h2{font-size:19px;margin:40px 0 6px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:15px;margin:22px 0 4px}
p{margin:6px 0 12px;max-width:72ch}
.soft,.note{color:var(--soft)}
.note{font-size:13px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(138px,1fr));gap:12px;margin:20px 0 8px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px}
.tile b{display:block;font-size:25px;line-height:1.2;font-variant-numeric:tabular-nums}
.tile.block b{color:var(--block)}
.tile span{font-size:13px;color:var(--soft)}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(400px,1fr));gap:0 28px}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:8px 0 14px;font-size:14px}
th{text-align:left;font-weight:600;color:var(--soft);border-bottom:2px solid var(--line);padding:5px 10px 5px 0}
td{border-bottom:1px solid var(--line);padding:5px 10px 5px 0;vertical-align:top;overflow-wrap:anywhere}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th.n,td.n{padding-right:14px}
.chart{width:100%;height:auto;display:block;margin:6px 0 14px}
.chart text{font-size:13px;fill:var(--ink)}
.chart .ax{font-size:11.5px;fill:var(--soft)}
.chart .num{font-variant-numeric:tabular-nums}
.grid{stroke:var(--line);stroke-width:1}
.s-block{fill:url(#p-block)}.s-review{fill:url(#p-review);stroke:var(--review);stroke-width:1}
.f-block{fill:var(--block)}.f-review{fill:var(--paper)}.f-line{fill:var(--review)}
.legend{font-size:13px;color:var(--soft);margin:4px 0}
.key{margin-right:18px;white-space:nowrap}.key svg{vertical-align:-2px}
.sample{border-left:4px solid var(--line);background:var(--card);padding:8px 12px;margin:8px 0;
border-radius:0 6px 6px 0}
.sample.violation{border-color:var(--block)}.sample.review{border-left-style:double;border-color:var(--review)}
.sample q{quotes:none;unicode-bidi:isolate;overflow-wrap:anywhere}
.sample mark{background:var(--mark);color:inherit;padding:0 2px;text-decoration:underline;text-underline-offset:3px}
.sample .masked{font-weight:600;border:1px dashed var(--soft);border-radius:4px;padding:0 4px;white-space:nowrap}
.sample small{display:block;color:var(--soft)}
code{font:13px ui-monospace,"DejaVu Sans Mono",monospace}
nav{font-size:14px;margin:10px 0}nav a{margin-right:14px}a{color:var(--accent)}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--card:#fff;
--block:#8a1009;--review:#8a6400;--mark:#eee}
body{font-size:10.5pt}main{max-width:none;padding:0}nav{display:none}h2{break-after:avoid;margin-top:22px}
h3,.legend{break-after:avoid}.chart,.sample,.tile,tr{break-inside:avoid}thead{display:table-header-group}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}@page{size:A4;margin:16mm}}
@media(max-width:520px){.two{display:block}main{padding:18px 14px}}
"""

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>$title</title>
<style>$style</style>
</head>
<body>
$patterns
<main>
$body
</main>
</body>
</html>
""")


def page(title: str, body: str, patterns: str) -> str:
    """The whole file; all three are markup already."""
    return _PAGE.substitute(title=title, style=STYLE, body=body, patterns=patterns)
