"""Whatever torch refuses has a reason in words, and ways out that torch takes."""

from itertools import permutations
from random import Random

import pytest

from cnnviz.convolution.layer import ConvSettings, problem
from tests.support.random_convolutions import random_settings, square, torch_shape


@pytest.mark.parametrize("seed", range(100, 104))
def test_every_repair_works_in_torch_and_the_smallest_comes_first(seed):
    for settings in random_settings(seed, 400):
        if (found := problem(settings)) is None:
            continue
        assert 1 <= len(found.repairs) <= 4
        assert len({repair.settings for repair in found.repairs}) == len(found.repairs)
        for repair in found.repairs:
            assert torch_shape(repair.settings) is not None, (settings, repair)


def test_no_repair_does_all_that_another_does_and_more_and_those_that_share_a_part_are_kept():
    sharing = 0
    for settings in random_settings(3, 600):
        found = problem(settings)
        parts = [set(repair.label.lower().split(", ")) for repair in found.repairs] if found else []
        for one, other in permutations(parts, 2):
            assert not one < other, settings
            sharing += bool(one & other)
    assert sharing > 100


def test_what_is_fixed_or_too_large_is_in_no_repair():
    for settings in random_settings(5, 300):
        found = problem(settings, fixed=("height", "width", "groups"), most={"kernel_size": 4})
        for repair in found.repairs if found else ():
            for name in ("height", "width", "groups"):
                assert getattr(repair.settings, name) == getattr(settings, name)
            new = repair.settings.kernel_size
            assert new == settings.kernel_size or max(new) <= 4


def test_a_limit_of_the_padding_leaves_the_ways_out_that_keep_to_it():
    found = problem(square(6, padding="same", stride=2), most={"padding": 0})
    assert [repair.label for repair in found.repairs] == ["Stride 2 → 1", "Padding same → 0"]
    found = problem(square(6, padding="full"), most={"padding": 0})
    assert "Padding full → same" in [repair.label for repair in found.repairs]


def test_at_least_two_ways_out_are_offered_to_whoever_uses_the_sliders():
    refused = [found for s in random_settings(7, 2_000) if (found := problem(s))]
    assert len(refused) > 500
    assert all(len(found.repairs) >= 2 for found in refused)


@pytest.mark.parametrize(
    ("settings", "sentence", "labels"),
    [
        (
            square(4, kernel_size=7, padding=0),
            "the kernel spans 7 pixels but the padded input has only 4",
            ["Padding 0 → 2", "Kernel size 7 → 4", "Size 4 → 7"],
        ),
        (
            square(5, kernel_size=3, dilation=3, padding=0),
            "the kernel spans 7 pixels but the padded input has only 5",
            ["Kernel size 3 → 2", "Padding 0 → 1", "Dilation 3 → 2", "Size 5 → 7"],
        ),
        (
            ConvSettings(height=3, kernel_size=(6, 3)),
            "along the height, the kernel spans 6 pixels but the padded input has only 5",
            ["Kernel size 6×3 → 5×3", "Height 3 → 4", "Padding 1 → 2"],
        ),
        (
            square(6, padding="same", stride=2),
            'padding "same" needs stride 1, but stride is 2',
            ["Stride 2 → 1", "Padding same → 1", "Padding same → 0"],
        ),
        (
            square(6, in_channels=6, out_channels=4, groups=4),
            "in_channels is 6, which cannot be split into 4 equal groups",
            ["Groups 4 → 2", "Input channels 6 → 8", "Input channels 6 → 4"],
        ),
        (
            square(3, padding=3, padding_mode="reflect"),
            'padding_mode "reflect" can add at most 2 to an input of 3, but the padding is 3',
            [
                "Padding 3 → 2",
                "Size 3 → 4",
                "Padding mode reflect → zeros",
                "Padding mode reflect → replicate",
            ],
        ),
        (
            square(3, padding=4, padding_mode="circular"),
            'padding_mode "circular" can add at most 3 to an input of 3, but the padding is 4',
            [
                "Padding 4 → 3",
                "Size 3 → 4",
                "Padding mode circular → zeros",
                "Padding mode circular → replicate",
            ],
        ),
        (
            square(6, transposed=True, stride=2, output_padding=2),
            "output_padding is 2 but must be smaller than stride or dilation, here 2 and 1",
            ["Output padding 2 → 1", "Stride 2 → 3", "Dilation 1 → 3"],
        ),
        (
            square(2, transposed=True, padding=2),
            "the padding cuts 4 pixels off an output of only 4",
            ["Padding 2 → 1", "Kernel size 3 → 4", "Size 2 → 3"],
        ),
        (
            square(6, transposed=True, padding_mode="circular"),
            'a transposed convolution knows only padding_mode "zeros", but it is "circular"',
            ["Padding mode circular → zeros", "Not transposed"],
        ),
        (
            square(6, transposed=True, padding="same"),
            'a transposed convolution needs its padding in pixels, not "same"',
            ["Padding same → 1", "Padding same → 0", "Not transposed"],
        ),
        (
            square(3, kernel_size=5, padding=0, groups=2),
            "in_channels is 1, which cannot be split into 2 equal groups",
            [
                "Padding 0 → 1, groups 2 → 1",
                "Kernel size 5 → 3, groups 2 → 1",
                "Size 3 → 5, groups 2 → 1",
                "Input channels 1 → 2, output channels 1 → 2, padding 0 → 1",
            ],
        ),
        (
            square(3, kernel_size=7, padding="same", padding_mode="reflect"),
            'padding_mode "reflect" can add at most 2 to an input of 3, but the padding is 3',
            [
                "Kernel size 7 → 5",
                "Size 3 → 4",
                "Padding mode reflect → zeros",
                "Padding mode reflect → replicate",
            ],
        ),
        (
            square(2, kernel_size=7, padding="same", padding_mode="circular", dilation=2),
            'padding_mode "circular" can add at most 2 to an input of 2, but the padding is 6',
            [
                "Kernel size 7 → 3",
                "Size 2 → 6",
                "Padding mode circular → zeros",
                "Padding mode circular → replicate",
            ],
        ),
        (
            square(4, kernel_size=7, padding="same", padding_mode="reflect", dilation=3),
            'padding_mode "reflect" can add at most 3 to an input of 4, but the padding is 9',
            [
                "Kernel size 7 → 3",
                "Size 4 → 10",
                "Padding mode reflect → zeros",
                "Padding mode reflect → replicate",
            ],
        ),
        (
            ConvSettings(3, 9, 1, 1, (6, 6), padding=(0, 0)),
            "along the height, the kernel spans 6 pixels but the padded input has only 3",
            ["Kernel size 6 → 3", "Padding 0 → 2", "Height 3 → 6"],
        ),
        (
            ConvSettings(8, 4, 1, 1, (2, 3), dilation=(1, 4), padding=(0, 0)),
            "along the width, the kernel spans 9 pixels but the padded input has only 4",
            [
                "Kernel size 2×3 → 2×1",
                "Padding 0 → 3",
                "Dilation 1×4 → 1",
                "Width 4 → 9",
            ],
        ),
        (square(6, stride=0), "stride must be at least 1, but it is 0", ["Stride 0 → 1"]),
        (
            square(6, padding="full"),
            'padding must be a number, "same" or "valid", but it is "full"',
            ["Padding full → 1", "Padding full → 0", "Padding full → same"],
        ),
        (
            square(6, padding_mode="mirror"),
            'padding_mode must be one of zeros, reflect, replicate, circular, but it is "mirror"',
            ["Padding mode mirror → zeros"],
        ),
    ],
)
def test_why_it_cannot_be_and_what_would_work(settings, sentence, labels):
    found = problem(settings)
    assert found is not None
    assert found.sentence == sentence
    assert sorted(repair.label for repair in found.repairs) == sorted(labels)


def test_a_label_names_exactly_what_a_repair_changes():
    found = problem(square(6, in_channels=3, out_channels=5, groups=2, stride=2, padding="same"))
    assert found is not None
    first = found.repairs[0]
    assert first.label == "Stride 2 → 1, groups 2 → 1"
    assert first.settings == square(6, in_channels=3, out_channels=5, padding="same")


def test_repairs_leave_alone_what_is_fixed():
    settings = square(4, kernel_size=7, padding=0)
    found = problem(settings, fixed=("height", "width"))
    assert found is not None
    assert [repair.label for repair in found.repairs] == ["Padding 0 → 2", "Kernel size 7 → 4"]
    assert all(repair.settings.height == 4 for repair in found.repairs)


def test_repairs_stay_within_what_is_allowed_and_leave_a_way_out():
    most = {"height": 4096, "width": 4096, "kernel_size": 64, "padding": 64, "dilation": 64}
    generator = Random(3)
    for _ in range(500):
        settings = ConvSettings(
            height=generator.randint(1, 4096),
            width=generator.randint(1, 4096),
            kernel_size=(generator.randint(1, 64), generator.randint(1, 64)),
            padding=(generator.randint(0, 64), generator.randint(0, 64)),
            dilation=(generator.randint(1, 64), generator.randint(1, 64)),
            padding_mode=generator.choice(("zeros", "reflect", "circular")),
        )
        if (found := problem(settings, most=most)) is None:
            continue
        assert found.repairs
        for repair in found.repairs:
            allowed = [
                max(value) if isinstance(value, tuple) else value
                for value in (getattr(repair.settings, name) for name in most)
            ]
            assert all(value <= end for value, end in zip(allowed, most.values(), strict=True))
