"""The fault panel's page for people: one form per agency and the counters, in one file with no outside host."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_LABELS = {
    "latency_ms": ("延迟（毫秒）", "latency in ms"),
    "error_rate": ("错误率（0–1）", "share of errors"),
    "malformed": ("返回乱码", "malformed answers"),
    "hang": ("不应答", "takes the call, never answers"),
    "down": ("停机", "down, closes the connection"),
}
_AGENCIES = {
    "tax": ("税务", "tax"),
    "courts": ("法院", "courts"),
    "market_regulation": ("市场监管", "market regulation"),
    "enterprise_disclosure": ("企业信息公示", "enterprise disclosure"),
}
_STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1c2434; --quiet: #5a667e; --edge: #d9deea; --ground: #f7f8fb; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf5; --quiet: #a3aec5; --edge: #35405a; --ground: #171d29; --bad: #ff8d85; }
}
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
body, form { background: var(--ground); color: var(--ink); }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; margin-bottom: 2rem; }
form { border: 1px solid var(--edge); border-radius: 6px; padding: 1rem; }
form.broken { border-color: var(--bad); }
h1 { font-size: 1.5rem; } h2 { margin: 0 0 .5rem; font-size: 1.1rem; } form small { display: block; }
label { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: .25rem 0; }
small { color: var(--quiet); font-weight: normal; line-height: 1.3; }
input { flex: none; } input[type=number] { width: 6rem; height: 2rem; }
input[type=checkbox] { width: 1.1rem; height: 1.1rem; } #said { color: var(--bad); }
pre { border: 1px solid var(--edge); border-radius: 6px; padding: 1rem; overflow: auto; }
"""
_SCRIPT = """
const forms = [...document.forms];
async function load() {
  const agencies = await (await fetch('agencies')).json();
  for (const form of forms) {
    const faults = agencies[form.dataset.agency];
    for (const field of form.elements) {
      if (!field.name || field === document.activeElement) continue;
      if (field.type === 'checkbox') field.checked = faults[field.name]; else field.value = faults[field.name];
    }
    form.classList.toggle('broken', Object.values(faults).some(Boolean));
  }
  document.getElementById('calls').textContent = JSON.stringify(await (await fetch('calls')).json(), null, 2);
}
for (const form of forms) form.addEventListener('change', async event => {
  const field = event.target;
  const value = field.type === 'checkbox' ? field.checked : Number(field.value);
  const answer = await fetch('agencies/' + form.dataset.agency,
    {method: 'PUT', headers: {'content-type': 'application/json'}, body: JSON.stringify({[field.name]: value})});
  document.getElementById('said').textContent = answer.ok ? '' : (await answer.json()).error;
  field.blur(); load();
});
for (const form of forms) form.addEventListener('submit', event => event.preventDefault());
document.getElementById('reset').onclick = async () => { await fetch('calls', {method: 'DELETE'}); load(); };
load(); setInterval(load, 2000);
"""


def page(agencies: Sequence[str], faults: Sequence[tuple[str, str]]) -> str:
    """The whole page; `faults` are pairs of name and python type of each switch."""
    forms = "\n".join(_form(agency, faults) for agency in agencies)
    return f"""<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>故障面板 · Fault panel</title><style>{_STYLE}</style></head>
<body><h1>模拟机关故障面板 <small>Fault panel of the simulated agencies</small></h1>
<p>改动立即生效。<small>A change takes effect at once.</small> <strong id="said" role="alert"></strong></p>
<main>{forms}</main>
<h2>调用次数 <small>calls, and what was asked for</small> <button id="reset">清零 reset</button></h2>
<pre id="calls"></pre><script>{_SCRIPT}</script></body></html>
"""


def _form(agency: str, faults: Sequence[tuple[str, str]]) -> str:
    chinese, english = _AGENCIES.get(agency, (agency, agency))
    inputs = "\n".join(_input(name, kind) for name, kind in faults)
    title = f"<h2>{escape(chinese)} <small>{escape(english)}</small></h2>"
    return f'<form data-agency="{escape(agency)}">{title}{inputs}</form>'


def _input(name: str, kind: str) -> str:
    chinese, english = _LABELS.get(name, (name, name))
    box = {
        "bool": f'<input type="checkbox" name="{name}">',
        "int": f'<input type="number" name="{name}" min="0" step="50">',
    }.get(kind, f'<input type="number" name="{name}" min="0" max="1" step="0.05">')
    return f"<label><span>{chinese} <small>{english}</small></span>{box}</label>"
