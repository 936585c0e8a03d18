"""A true report before it is written: one agency, one year, cells that satisfy every identity.

Facts that no table holds are sampled when they are first asked for, so that one report's
sentences agree with each other.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import configs
from . import names as naming
from .forms import forms
from .metrics import parse_metric, value_of

Number = float | int

APPLICANTS = ("natural_person", "commercial", "research", "ngo", "legal_service", "other")
_OUTCOMES = ("upheld", "corrected", "other", "pending")
_VOLUME = {"zero": (0, 0), "few": (1, 5), "some": (6, 50), "many": (51, 500), "huge": (501, 6000)}
# Weights of the result rows; what is not named here weighs 1.
_RESULTS = {
    "granted": 30, "partly_granted": 10, "unavailable.not_held": 22, "unavailable.needs_making": 5,
    "unavailable.unclear": 5, "not_processed.complaint": 5, "not_processed.repeated": 4,
    "denied.third_party": 3, "denied.internal_affairs": 3, "denied.process_information": 3,
    "denied.enforcement_file": 3, "denied.administrative_query": 3, "other_handling": 6,
    "other_handling.overdue_correction": 3, "other_handling.other": 6,
}  # fmt: skip
# Rough size of the active_disclosure cells, by level: how often not zero, largest.
_ACTIVITY = {
    "town": (0.25, 300), "bureau": (0.5, 3000), "vertical": (0.4, 3000), "university": (0.05, 50),
    "county": (0.8, 90_000), "city": (0.9, 900_000), "province": (0.95, 2_000_000),
}  # fmt: skip


def weighted(rng: random.Random, weights: Mapping[str, float]) -> str:
    """A key drawn by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def share_out(rng: random.Random, total: int, weights: list[float]) -> list[int]:
    """Non-negative integers of the given sum, roughly by weight."""
    if not weights:
        return []
    if total <= 30:
        out = [0] * len(weights)
        for i in rng.choices(range(len(weights)), weights, k=total):
            out[i] += 1
        return out
    noisy = [w * rng.uniform(0.3, 1.7) for w in weights]
    scale = total / sum(noisy)
    out = [int(w * scale) for w in noisy]
    out[max(range(len(out)), key=out.__getitem__)] += total - sum(out)
    return out


def magnitude(rng: random.Random, largest: float) -> int:
    """A number between 1 and ``largest``, uniform in its logarithm."""
    return max(1, int(largest ** rng.random()))


@dataclass
class Facts:
    """What is true of one report.

    ``cells`` are the figures of the statutory tables by address. ``pretend`` are figures that
    the prose (not the tables) takes for true: the ground of a planted contradiction.
    ``empty`` are cells whose figure the table leaves out. ``mixed``: the first block of
    section 二 is that of the older form. ``spoilt``: something is planted into the figures.
    ``before`` are the cells of the year before, where that is a report of ours too; ``previous`` are figures
    of that year that the prose has told.
    """

    rng: random.Random
    year: int
    era: str
    form: str
    level: str
    names: naming.Names
    cells: dict[str, Number] = field(default_factory=dict)
    other: dict[str, Number] = field(default_factory=dict)
    pretend: dict[str, Number] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    mixed: bool = False
    spoilt: bool = False
    before: Mapping[str, Number] = field(default_factory=dict)
    previous: dict[str, Number] = field(default_factory=dict)

    def cell(self, address: str) -> Number | None:
        """The figure of one address, as the prose has it."""
        if address in self.pretend:
            return self.pretend[address]
        return self.cells.get(address)

    def printed(self, address: str) -> Number | None:
        """The figure of one address, as the table has it."""
        return None if address in self.empty else self.cells.get(address)

    def known(self, term: str) -> Number | None:
        """The figure of a cell or of a fact that was already told."""
        return self.cell(term) if term.count("/") == 2 else self.other.get(term)

    def lookup(self, metric: str) -> Number | None:
        """The value of a metric (facts of no table are sampled on first use), or None."""
        parsed = parse_metric(metric)
        for term in parsed.addresses:
            if term.count("/") != 2 and term not in self.other and term != "other":
                self.tell(term, sample_other(self, term))
        return value_of(metric, self.known)

    def tell(self, term: str, value: Number) -> None:
        """Fix a fact of no table, and what follows from it."""
        self.other[term] = value
        if term.startswith("proposals."):
            _complete_proposals(self, term.partition("/")[0])

    @property
    def received(self) -> int:
        return int(self.cell("requests/new/total") or 0)


def sample_requests(
    rng: random.Random, form: str, volume: str, fixed: Mapping[str, bool], carried: Sequence[int] | None = None
) -> dict[str, Number]:
    """Figures of the table of section 三 that satisfy its identities.

    ``carried`` is what the year before left over, by applicant; drawn where it is None.
    """
    table = forms()[form].tables["requests"]
    rows = [r.id for b in table.blocks for r in b.rows]
    cells: dict[str, Number] = dict.fromkeys(table.addresses, 0)
    low, high = _VOLUME[volume]
    n = rng.randint(low, high) if high < 60 else int(low * (high / low) ** rng.random())
    others = (
        [0.0] * 5
        if fixed.get("all_natural")
        else [rng.choice([0, 3, 8]), *(rng.choice([0, 0, 0, 2]) for _ in range(4))]
    )
    new = share_out(rng, n, [20.0, *others])
    may_carry = not fixed.get("no_carry")
    chance = 0.03 if n == 0 else min(0.9, 0.2 + n / 200)
    n_in = rng.randint(1, max(1, min(n // 8 + 1, 60))) if may_carry and rng.random() < chance else 0
    carried_in = share_out(rng, n_in, [20.0, *others]) if carried is None else list(carried)
    todo = [a + b for a, b in zip(new, carried_in, strict=True)]
    n_out = (
        rng.randint(1, max(1, min(sum(todo) // 6 + 1, 80)))
        if may_carry and sum(todo) > 1 and rng.random() < chance
        else 0
    )
    left = [min(a, b) for a, b in zip(share_out(rng, n_out, [t + 0.01 for t in todo]), todo, strict=True)]
    done = [a - b for a, b in zip(todo, left, strict=True)]
    results = rows[rows.index("granted") : rows.index("result_total")]
    weights = [float(_RESULTS.get(r, 1)) for r in results]
    n_rows = 1 if fixed.get("all_granted") else min(len(results), 1 + int(abs(rng.gauss(0, 1 + len(str(n)) * 1.3))))
    chosen = list(dict.fromkeys(rng.choices(range(len(results)), weights, k=n_rows)))
    if fixed.get("all_granted"):
        chosen = [0]
    for i, applicant in enumerate(APPLICANTS):
        cells[f"requests/new/{applicant}"] = new[i]
        cells[f"requests/carried_in/{applicant}"] = carried_in[i]
        cells[f"requests/carried_out/{applicant}"] = left[i]
        cells[f"requests/result_total/{applicant}"] = done[i]
        for place, count in zip(chosen, share_out(rng, done[i], [weights[c] for c in chosen]), strict=True):
            cells[f"requests/{results[place]}/{applicant}"] = count
    for row in rows:
        cells[f"requests/{row}/total"] = sum(int(cells[f"requests/{row}/{a}"]) for a in APPLICANTS)
    return cells


def _sample_review(rng: random.Random, received: int, none: bool) -> dict[str, Number]:
    cells: dict[str, Number] = {}
    for row, share in (("review", 0.35), ("direct_suit", 0.2), ("suit_after_review", 0.12)):
        chance = 0.02 if received == 0 else min(0.95, share * (0.5 + received / 60))
        n = magnitude(rng, 2 + received / 6) if not none and rng.random() < chance else 0
        counts = share_out(rng, n, [5, 2, 3, 2])
        for outcome, count in zip(_OUTCOMES, counts, strict=True):
            cells[f"review_litigation/{row}/{outcome}"] = count
        cells[f"review_litigation/{row}/total"] = n
    return cells


def _sample_active(rng: random.Random, form: str, level: str, normative: str) -> dict[str, Number]:
    chance, largest = _ACTIVITY[level]
    cells: dict[str, Number] = dict.fromkeys(forms()[form].tables["active_disclosure"].addresses, 0)
    rules = level in ("city", "province") and rng.random() < 0.5
    documents = {"zero": False, "some": True}.get(normative, rng.random() < {"town": 0.25}.get(level, 0.6))
    for row, drawn, top in (
        ("rules", rules, 20),
        ("normative_documents", documents, {"town": 12, "province": 400}.get(level, 80)),
    ):
        if not drawn:
            continue
        made = magnitude(rng, top) if rng.random() < 0.85 else 0
        stock = made + magnitude(rng, top * 4)
        if form == "2019":
            cells[f"active_disclosure/{row}/made"] = made
            cells[f"active_disclosure/{row}/disclosed"] = made if rng.random() < 0.85 else rng.randint(0, made)
            cells[f"active_disclosure/{row}/total_disclosed"] = made if rng.random() < 0.3 else stock
        else:
            cells[f"active_disclosure/{row}/issued"] = made
            cells[f"active_disclosure/{row}/repealed"] = magnitude(rng, top) if rng.random() < 0.4 else 0
            cells[f"active_disclosure/{row}/in_force"] = stock
    for row in ("licensing", "other_services", "penalties", "coercion", "fees", "procurement"):
        if rng.random() > chance:
            continue
        size = largest * {"licensing": 1, "penalties": 0.3, "coercion": 0.05}.get(row, 0.1)
        prefix = f"active_disclosure/{row}"
        if row == "procurement":
            if form == "2019":
                cells[f"{prefix}/items"] = magnitude(rng, 10 + largest**0.4)
                cells[f"{prefix}/amount"] = _money(rng, 100 + largest)
        elif form == "2019":
            cells[f"{prefix}/previous_items"] = magnitude(rng, 5 + size**0.6)
            change = magnitude(rng, 2 + size**0.4) if rng.random() < 0.6 else 0
            cells[f"{prefix}/change"] = (
                -min(change, cells[f"{prefix}/previous_items"]) if rng.random() < 0.45 else change
            )
            if row != "fees" and rng.random() < 0.8:
                cells[f"{prefix}/decisions"] = magnitude(rng, 3 + size)
        elif row == "fees":
            cells[f"{prefix}/amount"] = _money(rng, 50 + largest / 10)
        elif row != "other_services":
            cells[f"{prefix}/decisions"] = magnitude(rng, 3 + size)
    return cells


def _money(rng: random.Random, largest: float) -> Number:
    value = largest ** rng.uniform(0.2, 1)
    n_decimals = rng.choice([0, 0, 1, 2, 2, 3, 4])
    rounded = round(value, n_decimals)
    return int(rounded) if rounded == int(rounded) else rounded


def sample_facts(
    rng: random.Random,
    *,
    era: str | None = None,
    level: str | None = None,
    volume: str | None = None,
    normative: str = "any",
    fixed: Mapping[str, bool] | None = None,
) -> Facts:
    """Sample a true report.

    Parameters
    ----------
    era, level, volume : str, optional
        ``2019``/``2021``/``legacy``; an agency's level; ``zero``/``few``/``some``/``many``/``huge``.
        Drawn by the weights of ``configs/mix.yaml`` where not given.
    normative : str
        ``zero``, ``some`` or ``any`` normative documents of the year.
    fixed : mapping, optional
        What authored prose takes for granted: ``no_carry``, ``all_granted``, ``all_natural``, ``no_review``.
    """
    mix = configs.load("mix")
    fixed = fixed or {}
    era = era or weighted(rng, mix["eras"])
    if level is None:
        level = "university" if rng.random() < mix["university"] else weighted(rng, mix["levels"])
    form = era
    if era == "2021" and rng.random() < mix["form_2019_in_2021"]:
        form = "2019"
    year = {"2019": (2019, 2020), "2021": (2021, 2025), "legacy": (2008, 2018)}[era]
    volume = volume or weighted(rng, mix["request_volume"][level])
    facts = Facts(rng, rng.randint(*year), era, form, level, naming.names(rng, level, era))
    sheet = "2019" if form == "legacy" else form
    facts.cells.update(sample_requests(rng, sheet, volume, fixed))
    none = bool(fixed.get("no_review")) or (volume == "zero" and rng.random() < 0.9)
    facts.cells.update(_sample_review(rng, facts.received, none))
    facts.cells.update(_sample_active(rng, sheet, level, normative))
    if form == "2021":
        _stray(facts, mix)
    return facts


def _stray(facts: Facts, mix: Mapping[str, Any]) -> None:
    """A report of 2021 that keeps parts of the older form."""
    rng, cells = facts.rng, facts.cells
    if rng.random() < mix["form_mixed"]:
        facts.mixed = True
        for row in ("rules", "normative_documents"):
            at = f"active_disclosure/{row}"
            issued, stock = cells.pop(f"{at}/issued"), cells.pop(f"{at}/in_force")
            cells.pop(f"{at}/repealed")
            cells |= {f"{at}/made": issued, f"{at}/disclosed": issued, f"{at}/total_disclosed": stock}
    if rng.random() < mix["one_other_handling"]:
        for applicant in (*APPLICANTS, "total"):
            parts = [a for a in cells if a.startswith("requests/other_handling.") and a.endswith(f"/{applicant}")]
            cells[f"requests/other_handling/{applicant}"] = sum(cells.pop(a) for a in parts)


# How large facts of no table are, by level: (smallest, largest) of a log-uniform draw.
_SIZES: dict[str, dict[str, tuple[int, int]]] = {
    "disclosure/items": {
        "town": (8, 2500), "bureau": (20, 6000), "county": (500, 60_000),
        "city": (3000, 400_000), "province": (5000, 3_000_000),
    },
    "training/sessions": {"any": (1, 12)},
    "training/people": {"any": (15, 900)},
    "meetings": {"any": (1, 15)},
    "hotline/received": {"town": (5, 800), "any": (30, 60_000)},
    "disclosure/gazette.issues": {"any": (2, 24)},
    "disclosure/gazette.documents": {"any": (20, 400)},
    "disclosure/interpretation": {"town": (1, 40), "any": (3, 500)},
    "requests/withdrawn": {"any": (1, 4)},
    "proposals": {"town": (1, 15), "any": (2, 400)},
    "cumulative": {"any": (1, 30)},
    "other": {"any": (1, 900)},
}  # fmt: skip
_CHANNEL_SHARE = {
    "disclosure/website": 0.6, "disclosure/wechat": 0.17, "disclosure/weibo": 0.05,
    "disclosure/app": 0.03, "disclosure/new_media": 0.08,
}  # fmt: skip


def size(facts: Facts, term: str) -> int:
    """A plausible figure for a fact of no table."""
    sizes = _SIZES.get(term) or _SIZES["other"]
    low, high = sizes.get(facts.level) or sizes.get("any") or (20, 3000)
    return int(low * (high / low) ** facts.rng.random())


def sample_other(facts: Facts, term: str) -> Number:
    """Sample a fact of no table so that it agrees with what was told."""
    rng = facts.rng
    if term in _CHANNEL_SHARE:  # channels stay below the whole, which may be told later
        whole = int(facts.lookup("disclosure/items") or 0)
        return max(1, int(whole * _CHANNEL_SHARE[term] * rng.uniform(0.3, 1.1)))
    if term.startswith("disclosure/items."):
        whole = int(facts.lookup("disclosure/items") or 0)
        told = sum(int(v) for k, v in facts.other.items() if k.startswith("disclosure/items."))
        return max(0, int((whole - told) * rng.uniform(0.05, 0.4)))
    if term in ("requests/answered_rate", "requests/on_time_rate"):
        left = int(facts.cell("requests/carried_out/total") or 0)
        if not left:
            return 100
        done = int(facts.cell("requests/result_total/total") or 0)
        return (
            done / (done + left) * 100
            if term.endswith("answered_rate")
            else round(rng.uniform(85, 100), rng.choice([0, 1, 2]))
        )
    if term == "requests/fees_charged":
        return 0 if rng.random() < 0.5 else magnitude(rng, 3000)
    if term.startswith("requests/by_channel."):
        told = sum(int(v) for k, v in facts.other.items() if k.startswith("requests/by_channel."))
        left = max(0, facts.received - told)
        return left if rng.random() < 0.3 else rng.randint(0, left)
    if term == "requests/withdrawn":
        top = int(facts.cell("requests/result_total/total") or 0)
        return min(top, size(facts, term))
    if term.startswith("proposals."):
        _sample_proposals(facts)
        return facts.other[term]
    return size(facts, term)


_PROPOSALS = ("received", "transferred", "handled", "resolved", "unresolved")


def _sample_proposals(facts: Facts) -> None:
    """One year's proposals: received = transferred + handled, handled = resolved + unresolved."""
    rng = facts.rng
    both: dict[str, int] = dict.fromkeys(_PROPOSALS, 0)
    for body in ("npc", "cppcc"):
        told = [facts.other.get(f"proposals.{body}/{name}") for name in ("received", "handled")]
        received = 0 if 0 in told else size(facts, "proposals")
        transferred = rng.randint(0, received // 3) if rng.random() < 0.12 else 0
        handled = received - transferred
        resolved = handled if rng.random() < 0.3 else rng.randint(handled // 2, handled)
        counts = (received, transferred, handled, resolved, handled - resolved)
        for name, count in zip(_PROPOSALS, counts, strict=True):
            facts.other.setdefault(f"proposals.{body}/{name}", count)
            both[name] += int(facts.other[f"proposals.{body}/{name}"])
    for name in _PROPOSALS:
        facts.other.setdefault(f"proposals.all/{name}", both[name])
    for body in ("npc", "cppcc", "all"):
        _complete_proposals(facts, f"proposals.{body}")


def _complete_proposals(facts: Facts, prefix: str) -> None:
    handled = facts.other.get(f"{prefix}/handled")
    for name in ("resolved", "unresolved"):
        part = facts.other.get(f"{prefix}/{name}")
        if handled and part is not None:
            facts.other.setdefault(f"{prefix}/{name}_rate", part / handled * 100)
        elif handled == 0:
            facts.other.setdefault(f"{prefix}/{name}_rate", 0)
