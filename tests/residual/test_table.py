import torch

from cnnviz.models import ResNet18, ResNetBlock
from cnnviz.residual.table import stages, tutorial_shapes


def test_stages_have_the_shapes_of_a_real_pass():
    model = ResNet18(10).eval()
    lines = {stage.name: stage for stage in stages(model, 64)}
    with torch.inference_mode():
        x = model.input_group(torch.zeros(1, 3, 64, 64))
        assert lines["input_group"].output_shape == x.shape
        for name in ("group0", "group1", "group2", "group3"):
            x = getattr(model, name)(x)
            assert lines[name].output_shape == x.shape
    for name, stage in lines.items():
        part = model.get_submodule(name)
        assert stage.num_params == sum(p.numel() for p in part.parameters())
    assert sum(stage.weight_layers for stage in lines.values()) == 18
    assert sum(stage.num_params for stage in lines.values()) == 11_181_642


def test_the_tutorial_prints_these_shapes():
    with torch.inference_mode():
        block = ResNetBlock(3, 64, 2)(torch.zeros(1, 3, 224, 224))
    shapes = [shape for _, shape in tutorial_shapes(ResNet18(10))]
    assert shapes == [tuple(block.shape), (1, 64, 56, 56), (1, 10)]
    assert shapes[0] == (1, 64, 112, 112)
