"""The statutory forms of ``configs/forms.yaml`` as types.

Sources: 国办公开办函〔2019〕60号, 国办公开办函〔2021〕30号, 国办发〔2014〕32号.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .. import configs


@dataclass(frozen=True)
class Label:
    """A printed name of a row, column, group or section, and how it is also printed."""

    id: str
    text: str
    variants: tuple[str, ...] = ()
    unit: str | None = None


@dataclass(frozen=True)
class Block:
    """Rows that share their column heads."""

    columns: tuple[Label, ...]
    rows: tuple[Label, ...]
    group: Label | None = None


@dataclass(frozen=True)
class TableForm:
    """One statutory table of one form, as blocks in printed order."""

    id: str
    form: str
    blocks: tuple[Block, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """All cell addresses, in printed order."""
        return tuple(f"{self.id}/{r.id}/{c.id}" for b in self.blocks for r in b.rows for c in b.columns)


@dataclass(frozen=True)
class Identity:
    """左 = 右: an equation that the form demands, in each column or in each row."""

    id: str
    table: str
    over: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class Form:
    """A form of the annual report: ``2019`` or ``2021``."""

    id: str
    basis: str
    tables: dict[str, TableForm]


def _label(kind: str, key: str, override: dict[str, str] | None = None) -> Label:
    entry = configs.load("forms")[kind][key]
    text = (override or {}).get(key, entry["label"])
    variants = tuple(v for v in (entry["label"], *entry.get("variants", ())) if v != text)
    return Label(entry.get("id", key), text, variants, entry.get("unit"))


@cache
def forms() -> dict[str, Form]:
    """The forms by id."""
    out = {}
    for form_id, data in configs.load("forms")["forms"].items():
        labels = data.get("labels", {})
        tables = {}
        for table_id in ("active_disclosure", "requests", "review_litigation"):
            table = data[table_id]
            blocks = []
            for block in table.get("blocks", [table]):
                group = block.get("group")
                blocks.append(
                    Block(
                        tuple(_label("columns", c, labels) for c in block["columns"]),
                        tuple(_label("rows", r, labels) for r in block["rows"]),
                        _label("groups", group) if group else None,
                    )
                )
            tables[table_id] = TableForm(table_id, form_id, tuple(blocks))
        out[form_id] = Form(form_id, data["basis"], tables)
    return out


@cache
def identities() -> tuple[Identity, ...]:
    """The identities of the 2019 and 2021 forms."""
    return tuple(
        Identity(i["id"], i["table"], i["over"], tuple(i["left"]), tuple(i["right"]), i["says"])
        for i in configs.load("forms")["identities"]
    )


@cache
def section_ids() -> tuple[str, ...]:
    """Section ids in the order of the form."""
    sections = configs.load("forms")["sections"]
    return tuple(sorted(sections, key=lambda s: sections[s]["order"]))


def group(key: str) -> Label:
    """A group label, caption or head over several columns."""
    return _label("groups", key)
