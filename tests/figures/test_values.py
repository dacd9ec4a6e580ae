import numpy as np
import torch

from cnnviz.figures.values import ValueFile, exact_values, photo_values

HEADER, TABLE = 32, 1024  # bytes


def read(file: ValueFile) -> np.ndarray:
    """The numbers of a file, read as the browser does."""
    if not file.is_coded:
        return np.frombuffer(file.data, "<f4", offset=HEADER)
    table = np.frombuffer(file.data, "<f4", count=256, offset=HEADER)
    return table[np.frombuffer(file.data, np.uint8, offset=HEADER + TABLE)]


def test_exact_values_come_back_bit_for_bit():
    values = torch.randn(3, 5, generator=torch.Generator().manual_seed(0))

    assert (read(exact_values(values)) == values.numpy().ravel()).all()


def test_numbers_of_a_photo_take_a_byte_each_and_come_back_bit_for_bit():
    photo = torch.arange(256, dtype=torch.uint8).reshape(1, 16, 16).float() / 255
    file = photo_values(photo)

    assert file.is_coded
    assert len(file.data) == HEADER + TABLE + 256
    assert (read(file) == photo.numpy().ravel()).all()


def test_numbers_that_no_photo_has_are_sent_as_they_are():
    for values in ([[0.1, 0.1004]], [[-1.0, -0.5]], [[0.0, -0.0]]):
        file = photo_values(values)

        assert not file.is_coded
        assert read(file).tolist() == np.float32(values).ravel().tolist()


def test_files_that_differ_only_where_streamlit_does_not_look_start_differently():
    one = np.zeros((1024, 1024), np.float32)
    other = one.copy()
    other[300, 5] = 1  # neither in the first, the middle nor the last 64 KiB

    assert exact_values(one).data[:HEADER] != exact_values(other).data[:HEADER]


def test_values_that_are_not_contiguous_keep_their_order():
    values = np.arange(6, dtype=np.float32).reshape(2, 3).T

    assert read(exact_values(values)).tolist() == [0, 3, 1, 4, 2, 5]
