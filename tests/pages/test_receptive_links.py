"""The ways from the builder and the zoo to a network's receptive field."""

from __future__ import annotations

from cnnviz.builder.codec import encode
from cnnviz.models.networks import lenet
from tests.support.opening import component, open_page


def test_a_network_of_the_builder_is_looked_into():
    code = encode(lenet())
    app = open_page("pooling", f"view=field&network=net&net={code}&size=32")
    told = component(app, "pooling_field")
    assert told["cards"][-1]["size"] == "16 × 16"
    assert told["gradient"]


def test_the_layer_that_the_builder_names_is_the_one_shown():
    code = encode(lenet())
    app = open_page("pooling", f"view=field&network=net&net={code}&layer=conv1&size=32")
    (card,) = [one for one in component(app, "pooling_field")["cards"] if one["chosen"]]
    assert (card["name"], card["size"]) == ("conv1", "5 × 5")
