"""The figures as tables in plain text, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.piece import Piece
from tests.bench.rounds import Figures

AIM = 5.0
"""The gateway within so many times the floor."""
_STAGES = ("identify", "demand", "gather", "decide", "plan", "fetch", "release", "seal", "between stages")


def as_json(figures: Figures, pieces: Sequence[Piece], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Medians, every round's value, and the single steps; microseconds unless the name says otherwise."""
    return {
        **facts,
        "median": {name: round(figures.median(name), 1) for name in figures.rounds},
        "rounds": {name: [round(value, 1) for value in values] for name, values in figures.rounds.items()},
        "latency_ms": {
            name: {"p50": figures.percentile_ms(name, 0.5), "p99": figures.percentile_ms(name, 0.99)}
            for name in figures.latencies_ms
        },
        "ratio": {"one": ratio(figures, "served cold", "floor"), "fifty": ratio(figures, "served 50 cold", "floor 50")},
        "pieces_us": {piece.name: round(piece.us, 2) for piece in pieces},
    }


def ratio(figures: Figures, of: str, to: str) -> float:
    """CPU of one over CPU of the other, both per request."""
    floor = figures.median(f"{to} cpu")
    return round(figures.median(f"{of} cpu") / floor, 2) if floor else 0.0


def tables(figures: Figures, pieces: Sequence[Piece]) -> str:
    """Everything that is printed at the end."""
    parts = [
        _ends(figures, "ONE SUBJECT", "served {}", "floor"),
        _stages(figures),
        _ends(figures, "50 SUBJECTS IN ONE REQUEST", "served 50 {}", "floor 50"),
        _steps(pieces),
    ]
    return "\n\n".join(parts)


def _ends(figures: Figures, title: str, served: str, floor: str) -> str:
    names = [served.format("cold"), served.format("warm"), floor]
    rows: list[tuple[str, list[str]]] = [
        ("CPU a request, us", [_us(figures.median(f"{name} cpu")) for name in names]),
        ("requests a second", [f"{figures.median(f'{name} rps'):.0f}" for name in names]),
        ("requests a second of CPU", [_rate(figures.median(f"{name} cpu")) for name in names]),
        *(
            (f"latency p{share}, ms", [f"{figures.percentile_ms(name, share / 100):.1f}" for name in names])
            for share in (50, 99)
        ),
        ("times the floor's CPU", [f"{ratio(figures, name, floor):.2f}" for name in names]),
    ]
    verdict = ratio(figures, names[0], floor)
    aim = f"aim: at most {AIM:.0f} times the floor; here {verdict:.2f}, " + ("met" if verdict <= AIM else "NOT MET")
    return "\n".join([_line(title, ["cold", "warm", "floor"]), *(_line(*row) for row in rows), aim])


def _stages(figures: Figures) -> str:
    prefixes = ["stage cold ", "stage warm ", "stage 50 cold ", "stage 50 warm "]
    spent = [figures.stages(prefix) for prefix in prefixes]
    lines = [_line("CPU A REQUEST BY STAGE, us", ["cold", "warm", "50 cold", "50 warm"])]
    lines += [_line(stage, [_us(column.get(stage, 0.0)) for column in spent]) for stage in _STAGES]
    lines.append(_line("one at a time, without door", [_us(column.get("total", 0.0)) for column in spent]))
    inside = [figures.median(f"inside {state} cpu") for state in ("cold", "warm")]
    served = [figures.median(f"served {state} cpu") for state in ("cold", "warm")]
    lines.append(_line("16 at once, without door", [_us(value) for value in inside]))
    lines.append(_line("16 at once, served over HTTP", [_us(value) for value in served]))
    lines.append(_line("HTTP door (the difference)", ["", _us(served[1] - inside[1])]))
    return "\n".join(lines)


def _steps(pieces: Sequence[Piece]) -> str:
    rows = [f"{_line(piece.name, [f'{piece.us:.1f}'])}  {piece.note}".rstrip() for piece in pieces]
    return "\n".join([_line("SINGLE STEPS, us", ["CPU"]), *rows])


def _line(name: str, cells: Sequence[str]) -> str:
    return f"{name:36}" + "".join(f"{cell:>10}" for cell in cells)


def _us(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def _rate(us: float) -> str:
    return f"{1e6 / us:.0f}" if us else "-"
