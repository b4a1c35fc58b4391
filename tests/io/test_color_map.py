"""Ids that the user gives to colours."""

from __future__ import annotations

import numpy as np
import pytest

import color_images
from napari_label_index import cli
from napari_label_index.errors import UnreadableImageError, UnsupportedLabelsError
from napari_label_index.io import export_columns, pack_colors, parse_color

LABELS = color_images.blobs((6, 30, 40), (2, 6, 6))
N = int(LABELS.max())
COLORS = color_images.random_colors(N + 1)
RGB = color_images.painted(LABELS, COLORS)


def csv_of(ids, style):
    lines = {
        "hex": [
            "Label , Color",
            *(f"{i},#{r:02X}{g:02x}{b:02x}" for (r, g, b), i in ids),
        ],
        "rgb": ["r,g,b,id", *(f"{r},{g}, {b},{i}" for (r, g, b), i in ids)],
        "names": [
            "name;,red,label,blue,green",
            *(f'"a, b",{r},{i},{b},{g}' for (r, g, b), i in ids),
        ],
    }
    return "\ufeff" + "\r\n".join([*lines[style], "", ""])


@pytest.mark.parametrize("style", ["hex", "rgb", "names"])
@pytest.mark.parametrize("first", [1, 2**63, -5])
def test_the_ids_of_a_csv_are_those_of_the_voxels(tmp_path, style, first):
    given = [(tuple(COLORS[k].tolist()), first + 3 * k) for k in range(1, N + 1)]
    (tmp_path / "ids.csv").write_text(csv_of(given, style), "utf-8", newline="")
    found = pack_colors(RGB, ids=tmp_path / "ids.csv")
    expected = np.where(LABELS > 0, 0, LABELS).astype(object)
    for k in range(1, N + 1):
        expected[k == LABELS] = first + 3 * k
    assert (found.label_image.data.astype(object) == expected).all()
    for label, color in zip(
        found.table.labels.tolist(), found.table.colors, strict=True
    ):
        assert color.tolist() == COLORS[(label - first) // 3].tolist()


def test_colours_may_share_an_id_and_be_background():
    ids = {
        tuple(COLORS[k].tolist()): (0 if k == 1 else 1 + k % 2) for k in range(N + 1)
    }
    ids[tuple(COLORS[0].tolist())] = 77
    found = pack_colors(RGB, ids=ids)
    assert found.index.labels.tolist() == [1, 2, 77]
    np.testing.assert_array_equal(found.label_image.data == 0, LABELS == 1)
    np.testing.assert_array_equal(found.label_image.data == 77, LABELS == 0)
    assert len(found.table.labels) == N
    assert found.colors_of_labels().shape == (3, 3)


def test_an_exported_table_is_a_map_that_gives_the_same(tmp_path):
    found = pack_colors(RGB)
    export_columns(found.table.columns(), tmp_path / "colors.csv")
    again = pack_colors(RGB, ids=tmp_path / "colors.csv")
    np.testing.assert_array_equal(again.label_image.data, found.label_image.data)


def test_a_colour_without_id_is_named_with_its_first_place():
    ids = {tuple(COLORS[k].tolist()): k for k in range(1, N + 1) if k not in (2, 4)}
    z, y, x = np.argwhere(np.isin(LABELS, [2, 4]))[0].tolist()
    color = "#" + bytes(RGB[z, y, x].tolist()).hex()
    told = (
        f"colour {color}, first at z {z}, y {y}, x {x}, has no id .* nor have 1 other"
    )
    with pytest.raises(UnsupportedLabelsError, match=told):
        pack_colors(RGB, ids=ids)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: there is no colour in it"),
        ("label,color\n", "line 1: there is no colour"),
        ("number,color\n1,#000001\n", "line 1: its header must name label"),
        ("label,r,g\n1,2,3\n", "line 1: its header must name label"),
        ("label,color\n1,#00000g\n", "line 2: '#00000g' is no colour"),
        ("label,color\n1,#000001\n\n1.5,#000002\n", "line 4: '1.5' is no id"),
        ("id,hex\n99999999999999999999,#000001\n", "line 2: .* no id of 64 bits"),
        ("id,r,g,b\n1,2,3\n", "line 2: it has only 3 columns"),
        ("id,r,g,b\n1,2,3,65536\n", "line 2: '65536' is no channel"),
        ("id,r,g,b\n1,2,3,4,5\n", "line 2: it has 5 columns, the header 4"),
        ("id;r;g;b\n1;2;3;4\n", "line 1: separate with commas"),
        ("id,r,g,b\n1,2,3,-1\n", "line 2: '-1' is no channel"),
        (
            "label,color\n1,#000001\n2,#000002\n3,#000001\n",
            "line 4: the colour has the id 1 from line 2",
        ),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(tmp_path, text, told):
    path = tmp_path / "ids.csv"
    path.write_text(text)
    with pytest.raises(UnreadableImageError, match=told) as caught:
        pack_colors(RGB, ids=path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\0\0\x80", b"label,color\n\0\xff"])
def test_a_list_that_is_no_text_is_one_of_our_errors(tmp_path, content):
    (tmp_path / "ids.csv").write_bytes(content)
    with pytest.raises(UnreadableImageError, match=r"ids\.csv.*CSV in UTF-8$"):
        pack_colors(RGB, ids=tmp_path / "ids.csv")


@pytest.mark.parametrize("channel", [256, 65535])
def test_a_channel_that_the_image_cannot_have_is_refused(channel):
    with pytest.raises(UnsupportedLabelsError, match=rf"8 bits .* {channel} .*id 9"):
        pack_colors(RGB, ids={(channel, 0, 0): 9})
    deep = RGB.astype(np.uint16)
    ids = {tuple(COLORS[k].tolist()): k for k in range(1, N + 1)}
    assert len(pack_colors(deep, ids=ids | {(channel, 0, 0): 900}).index) == N


def test_colours_that_the_image_does_not_have_are_told():
    ids = {tuple(COLORS[k].tolist()): k for k in range(1, N + 1)}
    ids |= {(1, 2, 3): 0}
    assert not any("of the list" in text for text in pack_colors(RGB, ids=ids).doubts)
    ids |= {(1, 2, 4): 700, (1, 2, 5): 701}
    (told,) = (t for t in pack_colors(RGB, ids=ids).doubts if "of the list" in t)
    assert told.startswith(f"2 of {N + 3} colours of the list are not in the image")
    assert told.endswith("#010204 of id 700")


def test_ids_that_no_type_holds_are_refused():
    ids = {tuple(COLORS[k].tolist()): 2**64 - k for k in range(1, N + 1)}
    ids[tuple(COLORS[1].tolist())] = -1
    with pytest.raises(UnsupportedLabelsError, match="no type of number holds both"):
        pack_colors(RGB, ids=ids)


def test_an_id_in_a_mapping_is_a_whole_number():
    with pytest.raises(TypeError):
        pack_colors(RGB, ids={"#000001": 1.7})


def test_colours_are_written_in_three_ways():
    assert parse_color("#00ff7F") == parse_color("00FF7f") == (0, 255, 127)
    assert parse_color(" 0, 255 ,127 ") == (0, 255, 127)
    assert parse_color("#0000ffff0102") == (0, 65535, 258)


@pytest.mark.parametrize(
    "option", [["--background", "red"], ["--background", "1,2"], []], ids=str
)
def test_the_command_refuses_a_wrong_call(tmp_path, capsys, option):
    output = [] if not option else ["-o", str(tmp_path / "a.parquet")]
    assert cli.main(["colors", str(tmp_path), *output, *option]) == 2
    assert "label-index" in capsys.readouterr().err
