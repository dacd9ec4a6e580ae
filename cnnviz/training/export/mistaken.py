"""The script of a run's mistakes: behind the training, which pictures are answered wrongly."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz.builder.shapes import output_shape
from cnnviz.changing import Stroke
from cnnviz.training.apart.job import Job
from cnnviz.training.export.script import script
from cnnviz.training.mistakes import Order

LISTED = """
# Which pictures are answered wrongly, {order_words}.
others, truth = {pictures}, {labels}
with torch.inference_mode():
    scores = [model(prepared(part.float())){mean} for part in others.split(250)]
shares = torch.cat(scores).softmax(1)
confidences, answers = shares.max(1)
wrong = (answers != truth).nonzero()[:, 0]
wrong = wrong[confidences[wrong].argsort(descending=True, stable=True)]
{sorting}print(f"{{len(wrong)}} of {{len(truth)}} are wrong")
for index in wrong[:24].tolist():
    sure = f"{{confidences[index]:.1%}} sure"
    print(f"picture {{index + 1}}: {{truth[index]}} called {{answers[index]}}, {{sure}}")
"""
SORTING = "wrong = wrong[{by}[wrong].argsort(stable=True)]\n"
BY = {"surest": "", "true": SORTING.format(by="truth"), "answer": SORTING.format(by="answers")}
ORDER_WORDS = {
    "surest": "the surest first",
    "true": "by true class, the surest of each first",
    "answer": "by answer, the surest of each first",
}
DRAWN = """
# The picture {number}, drawn over (cnnviz's pen; points and radius in thousandths of the side).
from cnnviz.changing import Stroke
from cnnviz.training.mistakes import drawn_over

strokes = [
{strokes}]
drawn = drawn_over(others[{index}], strokes)
with torch.inference_mode():
    shares = model(prepared(drawn.float())){mean}.softmax(1)
for count, row in enumerate(shares):
    print(f"stroke {{count}}: {{int(row.argmax())}}, {{row.max():.1%}}")
"""


def mistaken(
    job: Job,
    step: int,
    order: Order = "surest",
    learnt_from: bool = False,
    drawn: tuple[int, Sequence[Stroke]] | None = None,
) -> str:
    """The training up to a step, and what the network gets wrong then.

    Args:
        job: of the run.
        step: after which it is asked.
        order: of the mistakes.
        learnt_from: the pictures of the training are asked, not the others.
        drawn: the number of a picture, from 0, and the strokes over it.
    """
    mean = ".flatten(2).mean(2)" if len(output_shape(job.network) or ()) == 3 else ""
    listed = LISTED.format(
        pictures="pictures" if learnt_from else "asked",
        labels="labels" if learnt_from else "asked_labels",
        order_words=ORDER_WORDS[order],
        sorting=BY[order],
        mean=mean,
    )
    parts = [script(job, step), listed]
    if drawn is not None and drawn[1]:
        index, strokes = drawn
        lines = "".join(f"    {stroke!r},\n" for stroke in strokes)
        parts.append(DRAWN.format(number=index + 1, index=index, strokes=lines, mean=mean))
    return "".join(parts)
