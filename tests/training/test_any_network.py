"""Any network of the builder: trained, looked at and written out, or refused in a sentence."""

from dataclasses import replace
from itertools import islice

import pytest
import torch

from cnnviz.builder.modules import build
from cnnviz.training.apart import Job
from cnnviz.training.export import script
from cnnviz.training.limits import refusal
from cnnviz.training.material import material
from cnnviz.training.mistakes import why_not, wrong
from cnnviz.training.moments import look, moment, network_of, seen_behind
from cnnviz.training.networks import adapted, with_dropout
from cnnviz.training.plain import steps
from cnnviz.training.plan import Plan
from cnnviz.training.snapshots import snapshot
from tests.support.random_networks import random_network

DIGITS = material("digits")
FEW = replace(DIGITS, training=DIGITS.training.some(32), validation=DIGITS.validation.some(20))
PLAN = Plan("momentum", 0.01, batch_size=8, dropout=0.3, augmentation="shift")


@pytest.mark.parametrize("seed", range(12))
def test_it_is_trained_looked_at_and_written_out_or_refused(seed):
    try:
        network = with_dropout(adapted(random_network(seed), DIGITS.input, 10), PLAN.dropout)
    except ValueError as error:
        assert str(error).endswith(".")
        return
    assert refusal(network, FEW, PLAN) is None
    model = build(network)
    told = list(islice(steps(model, FEW.input, FEW.training, PLAN), 2))
    shot = snapshot(model, len(told))
    now = moment(network, shot, FEW)
    assert now.confusion.sum() == 20
    picture = FEW.validation.pictures[0]
    seen = look(network, shot.weights, FEW, picture)
    torch.testing.assert_close(seen.probabilities.sum(), torch.tensor(1.0))
    for one in wrong(now, FEW.validation)[:1]:
        frozen = network_of(network, shot.weights)
        why = why_not(frozen, FEW, picture, one.answer, one.true, seen_behind(network))
        assert why.on_pixels.shape == (28, 28)
    compile(script(Job(network, FEW, PLAN)), "script", "exec")
