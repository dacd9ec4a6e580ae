"""A long pass of the builder: a worker gives what the server gives."""

from cnnviz.cluster.plain import packed, unpacked
from cnnviz.cluster.works import WORKS
from cnnviz.images import sample
from cnnviz.models.networks import lenet
from cnnviz.progress import go_on
from cnnviz.ui.build.run import _key, pass_task
from cnnviz.ui.kept import account
from cnnviz.ui.pictures import Picture
from tests.support.same import same


def test_a_worker_gives_what_the_server_gives():
    image, spec = sample("digit_7"), lenet(1)
    here, there = (
        Picture(image.copy, "digit_7", "", "", is_upload=False, digest=f"of test_pass {n}")
        for n in range(2)
    )
    task = pass_task(spec, here)
    task.work(go_on)
    assert task.ordered is not None
    assert task.ordered.order() is None  # it is there
    other = pass_task(spec, there).ordered
    assert other is not None
    order = other.order()
    assert order is not None
    arguments = unpacked(packed(dict(order.arguments)))
    other.take(unpacked(packed(WORKS[order.work](go_on, **arguments))))
    found = [account().get(_key(spec, "", picture)) for picture in (here, there)]
    assert None not in found
    assert same(*(one.value for one in found if one))
