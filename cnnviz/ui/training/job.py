"""What the page's address asks for: the network made to fit the pictures, and how it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cnnviz.builder.codec import decode
from cnnviz.models.specs import NetworkSpec
from cnnviz.training.apart import Job
from cnnviz.training.material import Material, material
from cnnviz.training.networks import NETWORKS, adapted, with_dropout
from cnnviz.training.plan import Plan
from cnnviz.ui.training.address import NETWORK_NAMES, OPTIMIZER_NAMES, OWN, Values, plan_of


@dataclass(frozen=True)
class Asked:
    """What decides a run: equal ones give equal weights."""

    network: str
    net: str
    data: str
    plan: Plan

    @property
    def title(self) -> str:
        """What a run is called."""
        plan = self.plan
        return (
            f"{spec_of(self.network, self.net).name} · {material(self.data).title} · "
            f"{OPTIMIZER_NAMES[plan.optimizer]} {plan.learning_rate:g} · seed {plan.seed}"
        )


def asked_of(values: Values) -> Asked:
    """What today's address asks for."""
    net = values.net if values.network == OWN else ""
    return Asked(values.network, net, values.data, plan_of(values))


@lru_cache(maxsize=32)
def job_of(asked: Asked) -> Job:
    """The run that is asked for.

    Raises:
        ValueError: the network does not fit the pictures, or there are none; with a sentence.
    """
    pictures = material(asked.data)
    network = fitted(asked.network, asked.net, pictures)
    return Job(with_dropout(network, asked.plan.dropout), pictures, asked.plan)


def fitted(network: str, net: str, pictures: Material) -> NetworkSpec:
    """The network as the pictures need it."""
    return adapted(spec_of(network, net), pictures.input, len(pictures.classes))


def spec_of(network: str, net: str) -> NetworkSpec:
    """The network that is chosen, as it is before it is fitted.

    Raises:
        ValueError: the builder's is to be taken and there is none.
    """
    if network != OWN:
        return NETWORKS[NETWORK_NAMES[network]]()
    if not net:
        raise ValueError(
            "No network of your own is here yet: build one on the page Build a network and follow "
            "its link to this page."
        )
    return decode(net)
