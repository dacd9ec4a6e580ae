"""The rows of the builder's table."""

from __future__ import annotations

import pytest

from cnnviz.builder.edits import change_arguments, change_input_shape
from cnnviz.builder.modules import build
from cnnviz.builder.names import module_name
from cnnviz.models import networks
from cnnviz.models.specs import walk
from cnnviz.summary import summarize
from cnnviz.ui.build.rows import network_table, sees_text
from tests.support.random_networks import random_network


@pytest.mark.parametrize("seed", range(20))
def test_rows_and_totals_are_those_of_the_summary_of_the_real_module(seed):
    spec = random_network(seed)
    truth = summarize(build(spec, device="meta"), (1, *spec.input_shape))
    table = network_table(spec)
    assert (table.total_params, table.total_macs) == (truth.num_params, truth.macs)
    fields = {row.name: sees_text(row) for row in truth.rows}
    sees = {row.path: row.sees for row in table.rows}
    for path, layer in walk(spec.layers):
        if layer.kind != "Residual":
            number = ".".join(str(index + 1) for index in path)
            assert sees[number] == fields[module_name(spec, path)]


def test_an_edit_of_the_geometry_changes_what_is_seen_and_one_of_the_channels_does_not():
    lenet = networks.lenet()
    wider = change_arguments(lenet, (3,), bias=False)
    larger = change_arguments(lenet, (0,), kernel_size=3)
    sees = [[row.sees for row in network_table(spec).rows[:7]] for spec in (lenet, wider, larger)]
    assert sees[0] == sees[1] == ["1", "5", "5", "6", "14", "14", "16"]
    assert sees[2] == ["1", "3", "3", "4", "12", "12", "14"]


def test_what_is_seen_is_said_up_to_the_layer_that_does_not_fit():
    large = change_input_shape(networks.lenet(), (3, 64, 64))
    sees = [row.sees for row in network_table(large).rows]
    assert sees[:7] == ["1", "5", "5", "6", "14", "14", "16"]
    assert sees[8:] == [""] * 5
