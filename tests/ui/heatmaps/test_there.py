"""What another machine is asked for is what would be found here."""

from dataclasses import replace

import pytest

from cnnviz.builder.modules import build
from cnnviz.changing import Stroke
from cnnviz.cluster.brought import Brought
from cnnviz.cluster.plain import packed, unpacked
from cnnviz.cluster.works import WORKS
from cnnviz.heatmaps import METHODS
from cnnviz.heatmaps.scores import class_scores
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.models.frozen import frozen
from cnnviz.models.networks import lenet
from cnnviz.progress import go_on
from cnnviz.ui.brush.painting import Painting
from cnnviz.ui.heatmaps.address import ADDRESS
from cnnviz.ui.heatmaps.change.brush import _elsewhere
from cnnviz.ui.heatmaps.deletion_insertion import _chance, _curves
from cnnviz.ui.heatmaps.findings import Finding
from cnnviz.ui.heatmaps.maps import map_of
from cnnviz.ui.heatmaps.planted import _planted, _score
from cnnviz.ui.heatmaps.random import _cascade
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.heatmaps.sum import _sum
from cnnviz.ui.jobs import Jobs
from cnnviz.ui.pictures import Picture
from cnnviz.ui.weights import own as own_networks
from cnnviz.ui.weights import sent
from tests.support.same import same

BRUSHED = Painting("of test_there", (Stroke(((300, 300), (600, 300)), 90),), 1)


@pytest.fixture(scope="module")
def subject() -> Subject:
    network = pretrained("lenet-mnist")
    image = sample("digit_7")
    picture = Picture(image.copy, "digit_7", "", "", is_upload=False, digest="of test_there")
    batch = network.transform(image)
    scores = class_scores(network.model(batch)).softmax(dim=1)[0]
    return Subject("lenet-mnist", picture, None, scores, 7, 3, "feature_extractor.3")


def findings(subject: Subject) -> dict[str, Finding]:
    return {
        "map": map_of(subject, METHODS["smooth_grad"]),
        "curves": _curves(subject, METHODS["grad_cam"]),
        "chance": _chance(subject),
        "cascade": _cascade(subject, METHODS["occlusion"]),
        "sum": _sum(subject, 8),
        "elsewhere": _elsewhere(ADDRESS.values(), subject, BRUSHED),
    }


@pytest.mark.parametrize("name", ["map", "curves", "chance", "cascade", "sum", "elsewhere"])
def test_both_find_the_same(subject: Subject, name: str):
    finding = findings(subject)[name]
    assert finding.there
    order = finding.there.order()
    asked = unpacked(packed(order.arguments))
    answer = unpacked(packed(WORKS[order.work](Nobody(), **asked)))
    assert same(finding.there.read(answer), finding.compute(go_on))


class Nobody:
    """Waits for an order, and looks at nothing."""

    def __call__(self, part: float) -> bool:
        return True

    def show(self, found: object) -> None:
        pass


def test_only_what_comes_from_no_visitor_is_shared(subject: Subject):
    uploaded = replace(subject.picture, is_upload=True)
    drawn = replace(subject.picture, name="drawing")
    for picture, is_shared in ((subject.picture, True), (uploaded, False), (drawn, False)):
        there = map_of(replace(subject, picture=picture), METHODS["occlusion"]).there
        assert there
        assert there.order().is_shared is is_shared
    for finding in (_planted(subject), _score(subject, METHODS["occlusion"])):
        assert finding.there
        assert finding.there.order().is_shared


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_a_visitors_own_network_is_sent_whole_where_there_is_somebody_to_send_it_to(
    subject: Subject, is_elsewhere: bool, monkeypatch: pytest.MonkeyPatch
):
    network = replace(pretrained("lenet-mnist"), source=lenet(1))
    network = replace(network, model=frozen(build(lenet(1), seed=0)))
    own = replace(subject, model_name=own_networks.shelf().put(network))
    monkeypatch.setattr(sent, "jobs", lambda: Jobs(elsewhere=Nowhere() if is_elsewhere else None))
    there = {name for name, one in findings(own).items() if one.there}
    assert there == (set(findings(own)) if is_elsewhere else set())
    if is_elsewhere:
        order = map_of(own, METHODS["occlusion"]).there.order()
        assert isinstance(order.arguments["model"], Brought)
        assert not order.is_shared


class Nowhere:
    """Machines that nobody asks."""

    def places(self) -> int:
        return 0

    def do(self, *_: object) -> None:
        pytest.fail("nothing is sent")
