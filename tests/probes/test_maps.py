"""Statistics of feature maps, on maps small enough to do by hand."""

import pytest
import torch
from torch import nn

from cnnviz.probes.maps import LIMITS, map_statistics, sorted_maps

#        dead              half on           always on
MAPS = [[[0.0, 0.0], [0.0, 0.0]], [[0.0, 4.0], [0.0, 4.0]], [[1.0, 2.0], [3.0, 2.0]]]


def test_the_numbers_of_three_maps_done_by_hand() -> None:
    statistics = map_statistics(torch.tensor(MAPS))
    assert statistics.strength.tolist() == [0, 2, 2]
    assert statistics.variance.tolist() == [0, 4, 0.5]
    assert statistics.zeros.tolist() == [1, 0.5, 0]
    assert statistics.lowest.tolist() == [0, 0, 1]
    assert statistics.highest.tolist() == [0, 4, 3]
    assert statistics.is_dead.tolist() == [True, False, False]
    assert statistics.is_always_on.tolist() == [False, False, True]
    assert not statistics.is_saturated.any()


def test_distance_from_zero_counts_negative_values_too() -> None:
    statistics = map_statistics(torch.tensor([[[-3.0, 3.0]], [[1.0, 1.0]]]))
    assert statistics.strength.tolist() == [0, 1]
    assert statistics.distance.tolist() == [3, 1]


def test_a_map_at_both_limits_of_tanh_is_saturated_and_one_between_them_is_not() -> None:
    maps = torch.tensor([[[-20.0, 20.0]], [[-20.0, 0.5]]]).tanh()
    assert map_statistics(maps, LIMITS[nn.Tanh]).is_saturated.tolist() == [True, False]


def test_features_without_rows_and_columns_are_maps_of_one_cell() -> None:
    statistics = map_statistics(torch.tensor([0.0, 2.0, -1.0]))
    assert statistics.strength.tolist() == [0, 2, -1]
    assert statistics.variance.tolist() == [0, 0, 0]
    assert statistics.is_dead.tolist() == [True, False, True]


def test_maps_are_sorted_with_the_largest_first_and_ties_in_order() -> None:
    statistics = map_statistics(torch.tensor(MAPS))
    assert sorted_maps(statistics, "channel") == [0, 1, 2]
    assert sorted_maps(statistics, "strength") == [1, 2, 0]
    assert sorted_maps(statistics, "variance") == [1, 2, 0]
    assert sorted_maps(statistics, "distance") == [1, 2, 0]


def test_an_unknown_order_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'size': choose one of channel, strength"):
        sorted_maps(map_statistics(torch.tensor(MAPS)), "size")


def test_a_whole_batch_is_refused() -> None:
    with pytest.raises(ValueError, match=r"not a tensor of shape \(1, 3, 2, 2\)"):
        map_statistics(torch.tensor([MAPS]))
