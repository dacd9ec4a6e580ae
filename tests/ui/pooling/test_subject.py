"""The picture shown beside a receptive field is the one the network reads."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from cnnviz.images import to_tensor
from cnnviz.places import ASSETS
from cnnviz.ui.models import load
from cnnviz.ui.pooling.subject import SHIPPED, Subject, batch_of, shown

SIDE = 96


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shown_is_what_is_read(name: str) -> None:
    chosen = Subject(name, name, load(name).model, "")
    picture = Image.open(ASSETS / "pictures" / "cat.jpg").convert("RGB").resize((200, 130))
    seen = to_tensor(shown(chosen, picture, SIDE)).mean(0).flatten()
    read = batch_of(chosen, picture, SIDE)[0].mean(0).flatten()
    assert torch.corrcoef(torch.stack([seen, read]))[0, 1] > 0.995
