"""Numbers of rows are blanks to the table reader; figures are not."""

from gouji.models.ordinals import without_row_numbers
from hypothesis import given
from hypothesis import strategies as st

NUMBERED = "".join(f"{n}\t第{n}行的名称\t0\t{n * 7}\n" for n in range(4, 12))


def blanked(view: str) -> str:
    return without_row_numbers(view, [(0, len(view))])


def test_numbers_of_consecutive_lines_go() -> None:
    out = blanked("表头\n" + NUMBERED)
    assert [line.split("\t")[0].strip() for line in out.splitlines()[1:]] == [""] * 8
    assert [line.split("\t")[3] for line in out.splitlines()[1:]] == [str(n * 7) for n in range(4, 12)]


def test_a_column_of_figures_that_counts_stays() -> None:
    column = "\n".join(f"{n} {n + 1}" for n in range(1, 12))
    assert blanked(column) == column


def test_few_numbered_lines_stay() -> None:
    few = "1 予以公开\n2 部分公开\n3 不予公开\n"
    assert blanked(few) == few


def test_a_gap_ends_the_run() -> None:
    text = "".join(f"{n} 名称 {n}\n" for n in (1, 2, 3, 9, 10, 11))
    assert blanked(text) == text


@given(st.lists(st.text(alphabet="0123456789 \t名,|", max_size=12), max_size=20))
def test_nothing_moves(rows: list[str]) -> None:
    view = "\n".join(rows)
    out = blanked(view)
    assert len(out) == len(view)
    assert all(a == b or (a.isdigit() and b == " ") for a, b in zip(view, out, strict=True))


def test_the_number_of_a_torn_item_goes() -> None:
    torn = "\t1\n.信访举报投诉类申请\n\t0\n\t5 .保护第三方合法权益\n\t5\n2.重复申请\n\t3.5\n"
    assert blanked(torn) == "\t \n.信访举报投诉类申请\n\t0\n\t  .保护第三方合法权益\n\t5\n2.重复申请\n\t3.5\n"
