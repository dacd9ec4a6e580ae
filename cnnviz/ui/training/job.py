"""What the page's address asks for: the network made to fit the pictures, and how it is trained."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.builder.codec import decode
from cnnviz.models.specs import NetworkSpec
from cnnviz.models.transforms import InputSpec
from cnnviz.rounding import plainly
from cnnviz.training.apart import Job
from cnnviz.training.networks import NETWORKS, adapted, with_dropout
from cnnviz.training.plan import Plan
from cnnviz.ui.kept import kept
from cnnviz.ui.training.address import NETWORK_NAMES, OPTIMIZER_NAMES, OWN, Values, plan_of
from cnnviz.ui.training.pictures import name_of, pictures_of


@dataclass(frozen=True)
class Asked:
    """What decides a run: equal ones give equal weights.

    Attributes:
        network: its name, or `OWN`.
        net: the builder's text of one's own.
        data: the pictures, told from those of all others (`pictures.name_of`).
        plan: how it is trained.
    """

    network: str
    net: str
    data: str
    plan: Plan


def asked_of(values: Values) -> Asked:
    """What today's address asks for."""
    net = values.net if values.network == OWN else ""
    return Asked(values.network, net, name_of(values.data), plan_of(values))


def job_of(values: Values) -> Job:
    """The run that is asked for.

    Raises:
        ValueError: the network does not fit the pictures, or there are none; with a sentence.
    """
    asked, pictures = asked_of(values), pictures_of(values.data)
    network = _fitted(asked.network, asked.net, pictures.input, len(pictures.classes))
    return Job(with_dropout(network, asked.plan.dropout), pictures, asked.plan)


def title_of(job: Job) -> str:
    """What a run is called."""
    plan = job.plan
    return (
        f"{job.network.name} · {job.material.title} · {OPTIMIZER_NAMES[plan.optimizer]} "
        f"{plainly(plan.learning_rate)} · seed {plan.seed}"
    )


@kept(is_quick=True)
def _fitted(network: str, net: str, spec: InputSpec, num_classes: int) -> NetworkSpec:
    return adapted(spec_of(network, net), spec, num_classes)


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
