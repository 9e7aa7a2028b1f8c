"""Whatever a picture is kept in, the same pixels come out."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import ExifTags, Image

from digits.images.decode import decode
from digits.images.pixels import SHORT, WORK

WIDE = np.zeros((20, 30), np.uint8)  # darker to the right and below, with one bright corner
WIDE[:] = 40 + 5 * np.arange(30) + 2 * np.arange(20)[:, None]
WIDE[:4, :4] = 255


def saved(image: Image.Image | np.ndarray, kind: str = "PNG", **settings: object) -> bytes:
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def only(source: object) -> np.ndarray:
    (picture,) = decode(source)
    height, width = picture.pixels.shape[:2]
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.flags.c_contiguous
    assert picture.size == (width, height)
    return picture.pixels


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "GIF", "PPM"])
def test_formats_without_loss_give_the_grey_levels_that_were_saved(kind: str) -> None:
    pixels = only(saved(WIDE, kind))
    assert np.array_equal(pixels if pixels.ndim == 2 else pixels[..., 1], WIDE)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_formats_with_loss_come_near(kind: str) -> None:
    smooth = np.full((24, 24), 90, np.uint8)
    assert np.abs(only(saved(smooth, kind)).astype(int) - 90).max() <= 3


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "PPM"])
def test_colours_come_as_red_green_blue(kind: str) -> None:
    assert np.array_equal(
        only(saved(Image.new("RGB", (8, 9), (200, 100, 50)), kind)), np.full((9, 8, 3), (200, 100, 50))
    )


UPRIGHT = {
    1: WIDE,
    2: np.fliplr(WIDE),
    3: np.rot90(WIDE, 2),
    4: np.flipud(WIDE),
    5: WIDE.T,
    6: np.rot90(WIDE, -1),
    7: np.rot90(WIDE, 2).T,
    8: np.rot90(WIDE, 1),
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP"])
def test_pictures_are_turned_as_exif_says(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    lossless = {"JPEG": {"quality": 100}, "WEBP": {"lossless": True}}.get(kind, {})
    pixels = only(saved(WIDE, kind, exif=exif, **lossless))
    grey = pixels if pixels.ndim == 2 else pixels[..., 0]
    assert grey.shape == UPRIGHT[orientation].shape
    assert np.abs(grey.astype(int) - UPRIGHT[orientation]).max() <= 12


def test_broken_exif_leaves_a_picture_as_it_stands() -> None:
    assert only(saved(WIDE, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\xff\x01")).shape == WIDE.shape


def test_pillow_images_are_turned_too_and_left_alone() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    image = Image.open(io.BytesIO(saved(WIDE, exif=exif)))
    assert np.array_equal(only(image), UPRIGHT[6])
    assert np.array_equal(np.asarray(image), WIDE)


@pytest.mark.parametrize("mode", ["RGBA", "RGBa", "LA", "La", "PA"])
def test_what_is_transparent_lies_on_white(mode: str) -> None:
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    image.paste((40, 40, 40, 255), (0, 0, 5, 10))
    for step in {"RGBa": ["RGBa"], "LA": ["LA"], "La": ["LA", "La"], "PA": ["PA"]}.get(mode, []):
        image = image.convert(step)
    assert np.array_equal(only(image)[0, :, 0], [40] * 5 + [255] * 5)


def test_what_is_half_transparent_is_half_white() -> None:
    assert np.array_equal(only(Image.new("RGBA", (6, 6), (0, 100, 200, 128)))[0, 0], [127, 177, 227])


def test_a_white_pen_on_nothing_lies_on_black() -> None:
    image = np.full((10, 10, 4), 255, np.uint8)
    image[:, 5:, 3] = 0
    assert np.array_equal(only(image)[0, :, 0], [255] * 5 + [0] * 5)


def test_a_palette_may_have_transparent_colours() -> None:
    image = Image.new("P", (6, 6), 0)
    image.putpalette([9, 9, 9, 70, 80, 90])
    image.putpixel((0, 0), 1)
    assert np.array_equal(only(saved(image))[0, :2], [[70, 80, 90], [9, 9, 9]])
    assert np.array_equal(only(saved(image, transparency=0))[0, :2], [[70, 80, 90], [255, 255, 255]])
    assert np.array_equal(only(saved(image, transparency=b"\0\xff"))[0, :2], [[70, 80, 90], [255, 255, 255]])


def test_a_grey_may_stand_for_nothing() -> None:
    assert only(saved(WIDE, transparency=50))[0, 10, 0] == 90
    assert only(saved(np.full((6, 6), 50, np.uint8), transparency=50)).min() == 255


def test_sixteen_bits_are_divided_by_257() -> None:
    deep = WIDE.astype(np.uint16) * 257
    for kind in ("PNG", "TIFF"):
        assert np.array_equal(only(saved(deep, kind)), WIDE)
    assert np.array_equal(only(Image.fromarray(deep.astype(np.int32))), WIDE)


def test_sixteen_bits_with_one_grey_for_nothing() -> None:
    deep = WIDE.astype(np.uint16) * 257
    pixels = only(saved(deep, transparency=int(deep[9, 9])))
    assert pixels[9, 9] == 255
    assert pixels[19, 29] == WIDE[19, 29]


@pytest.mark.parametrize(("colour", "samples"), [(4, [0, 65535, 65535, 0]), (6, [0, 0, 0, 65535] + [65535] * 3 + [0])])
def test_sixteen_bits_with_alpha(colour: int, samples: list[int]) -> None:
    """Two columns: black and opaque, then white and transparent."""
    rows = b"".join(b"\0" + struct.pack(f">{len(samples)}H", *samples) for _ in range(6))
    header = struct.pack(">IIBBBBB", 2, 6, 16, colour, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    assert np.array_equal(only(png)[0, :, 0], [0, 255])


def test_one_bit_is_black_and_white() -> None:
    pattern = WIDE > 150
    for kind, settings in (("PNG", {}), ("TIFF", {"compression": "group4"}), ("BMP", {})):
        pixels = only(saved(pattern, kind, **settings))
        assert np.array_equal(pixels if pixels.ndim == 2 else pixels[..., 0], pattern * np.uint8(255))


def test_fractions_in_a_tiff_are_read() -> None:
    assert np.array_equal(only(saved(WIDE.astype(np.float32) / 255, "TIFF")), WIDE)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_is_paper_white_where_there_is_no_ink(kind: str) -> None:
    image = Image.new("CMYK", (16, 16), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 8, 16))
    pixels = only(saved(image, kind))
    assert pixels[:, :6].max() < 10
    assert pixels[:, 10:].min() > 245


@pytest.mark.parametrize("mode", ["YCbCr", "HSV", "LAB", "RGBX"])
def test_other_modes_become_colours(mode: str) -> None:
    assert only(Image.new(mode, (8, 9))).shape == (9, 8, 3)


def tiff_of(count: int, size: tuple[int, int] = (8, 8)) -> bytes:
    first, *others = (Image.new("L", size, 2 * page) for page in range(count))
    return saved(first, "TIFF", save_all=True, append_images=others)


def test_a_tiff_gives_all_its_pages() -> None:
    assert [int(page.pixels[0, 0]) for page in decode(tiff_of(5))] == [0, 2, 4, 6, 8]


def test_a_small_copy_in_a_tiff_is_no_page() -> None:
    small = Image.new("L", (8, 8))
    small.encoderinfo = {"tiffinfo": {ExifTags.Base.NewSubfileType: 1}}
    content = saved(WIDE, "TIFF", save_all=True, append_images=[small])
    assert [page.size for page in decode(content)] == [(30, 20)]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_gives_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("black", "white", "red")]
    assert only(saved(frames[0], kind, save_all=True, append_images=frames[1:])).max() == 0


@pytest.mark.parametrize(
    ("shape", "work"),
    [
        ((3000, 4000), (1200, 1600)),
        ((4000, 3000), (1600, 1200)),
        ((1201, 1600), (1201, 1600)),
        ((30, 20000), (30, 20000)),
        ((400, 20000), (SHORT, 3200)),
        ((100, 60000), (SHORT, 38400)),
        ((64, 65000), (50, 50990)),
    ],
)
def test_large_pictures_are_shrunk_and_strips_less(shape: tuple[int, int], work: tuple[int, int]) -> None:
    page = np.full(shape, 77, np.uint8)
    (picture,) = decode(page)
    assert picture.size == shape[::-1]
    assert picture.pixels.shape == work
    assert picture.pixels.size <= WORK * WORK
    assert set(np.unique(picture.pixels)) == {77}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_files_are_shrunk_by_area_and_turned(kind: str) -> None:
    page = np.zeros((2000, 3200), np.uint8)
    page[:, ::2] = 200  # lines that averaging turns to grey, and picking pixels does not
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 8
    (picture,) = decode(saved(page, kind, exif=exif))
    assert picture.size == (2000, 3200)
    assert picture.pixels.shape == (1600, 1000)
    assert np.abs(picture.pixels.astype(int) - 100).max() <= 3


def test_what_is_transparent_does_not_colour_its_neighbours_when_shrunk() -> None:
    page = np.zeros((8, 3200, 4), np.uint8)
    page[:, ::2] = (255, 0, 0, 255)  # red, and between it a black that cannot be seen
    page = np.repeat(page, 80, axis=0)
    assert np.array_equal(decode(page)[0].pixels[5, 5], [255, 127, 127])


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.uint16, np.float64, np.float16, ">u2"])
def test_arrays_hold_whole_numbers_to_255_in_any_type(kind: type) -> None:
    assert np.array_equal(only(WIDE.astype(kind)), WIDE)
    assert np.array_equal(only(WIDE.astype(kind)[:, ::-1]), WIDE[:, ::-1])


def test_arrays_hold_fractions_to_1_or_truth_or_more_bits() -> None:
    assert np.array_equal(only(WIDE / 255), WIDE)
    assert np.array_equal(only(WIDE > 100), (WIDE > 100) * np.uint8(255))
    assert np.array_equal(only(WIDE.astype(np.uint16) * 257), WIDE)


def test_arrays_may_have_channels() -> None:
    assert np.array_equal(only(WIDE[..., None]), WIDE)
    assert only(np.dstack([WIDE] * 3)).shape == (20, 30, 3)
    assert np.array_equal(only(np.dstack([WIDE] * 3 + [np.full_like(WIDE, 255)]))[..., 2], WIDE)


def test_an_array_is_not_shared() -> None:
    array = WIDE.copy()
    only(array)[:] = 0
    assert np.array_equal(array, WIDE)
