"""The table of a network as text."""

from __future__ import annotations

import csv
import io

from cnnviz.models import networks
from cnnviz.ui.build.rows import network_table
from cnnviz.ui.build.table_text import HEADS, table_csv, table_latex, table_markdown

LENET = network_table(networks.lenet()).rows
RESNET = network_table(networks.resnet((1, 1, 1), width=8, input_size=32)).rows


def test_csv_has_the_counts_as_numbers_that_add_up() -> None:
    head, *lines = csv.reader(io.StringIO(table_csv(LENET)))
    assert tuple(head) == HEADS
    assert sum(int(line[4] or 0) for line in lines) == 62_006
    assert sum(int(line[5] or 0) for line in lines) == 651_720


def test_csv_counts_the_layers_of_a_block_once() -> None:
    lines = list(csv.DictReader(io.StringIO(table_csv(RESNET))))
    assert {len(line["No."]) for line in lines if line["Layer"] == "Residual"} == set()
    total = network_table(networks.resnet((1, 1, 1), width=8, input_size=32)).total_params
    assert sum(int(line["Parameters"] or 0) for line in lines) == total


def test_markdown_has_as_many_cells_in_every_line() -> None:
    lines = table_markdown(RESNET).splitlines()
    assert {line.replace("\\|", "").count("|") for line in lines} == {len(HEADS) + 1}
    assert any("**Residual**" in line for line in lines)


def test_latex_escapes_what_means_something_to_it() -> None:
    text = table_latex(RESNET)
    assert text.count("\\\\\n") == len(RESNET) + 1
    assert "$\\times$" in text
    assert "×" not in text
