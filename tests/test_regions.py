"""Which lines may hold tables, whatever the sections say of them."""

import pytest
from gouji.corpus.text import lines
from gouji.models.regions import regions
from gouji.models.sections import LineTag


@pytest.mark.parametrize(
    ("row", "is_table"),
    [
        ("行政复议 __0__ __1__ __0__ __0__ __1__", True),
        ("<tr><td>复议后起诉</td><td>0</td><td>2</td><td>0</td><td>0</td><td>2</td></tr>", True),
        ("全年行政复议3件，维持1件、纠正1件，另有若干情况在后文说明，涉及街道2个。", False),
    ],
)
def test_a_row_that_was_taken_for_prose_is_no_less_a_row(row: str, is_table: bool) -> None:
    view = f"{'本节情况如下所述，请予监督并提出宝贵意见。' * 3}\n{row}\n{'以上情况属实，特此报告并请予以监督。' * 3}"
    rows = lines(view)
    found = regions(view, rows, [LineTag("review_litigation", "prose", 1.0)] * len(rows))
    at = view.index(row)
    assert any(a <= at < b for a, b in found) == is_table


@pytest.mark.parametrize(
    ("row", "is_table"),
    [
        ("! 行政复议 ! 0 ! 1 ! 0 ! 0 ! 1 !", True),
        ("行政复议 12.5% 40% 20% 17.5% 10%", False),
        ("行政复议 3 1 0", False),
    ],
)
def test_a_whole_row_of_the_form_is_one_even_where_the_page_is_thought_to_end(row: str, is_table: bool) -> None:
    view = f"以上情况属实，特此报告并请予以监督。\n{row}\n版权所有：青岚县人民政府办公室 网站地图 联系我们"
    rows = lines(view)
    found = regions(view, rows, [LineTag("colophon", "prose", 1.0)] * len(rows))
    at = view.index(row)
    assert any(a <= at < b for a, b in found) == is_table
