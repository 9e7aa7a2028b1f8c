"""Picture files of every format that is read, and ways to break them."""

import io
from collections.abc import Callable

import numpy as np
from PIL import ExifTags, Image


def originals() -> dict[str, bytes]:
    """Small files of every format, with palettes, alpha, EXIF, pages and compression."""
    rng = np.random.default_rng(5)
    grey = np.clip(rng.normal(200, 40, (18, 25)), 0, 255).astype(np.uint8)
    image = Image.fromarray(np.dstack([grey, grey.T.reshape(18, 25), grey]))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    kinds: dict[str, tuple[str, Image.Image, dict[str, object]]] = {
        "png": ("PNG", image, {"exif": exif}),
        "png palette": ("PNG", image.convert("P"), {"transparency": b"\0\x80\xff"}),
        "png alpha": ("PNG", image.convert("RGBA"), {}),
        "png 16": ("PNG", Image.fromarray(grey.astype(np.uint16) * 257), {"transparency": 9}),
        "apng": ("PNG", image, {"save_all": True, "append_images": [image.convert("L").convert("RGB")]}),
        "jpeg": ("JPEG", image, {"exif": exif}),
        "jpeg progressive": ("JPEG", image.convert("L"), {"progressive": True}),
        "jpeg cmyk": ("JPEG", image.convert("CMYK"), {}),
        "webp": ("WEBP", image, {"exif": exif}),
        "webp lossless": ("WEBP", image.convert("RGBA"), {"lossless": True}),
        "gif": ("GIF", image.convert("P"), {"save_all": True, "append_images": [image.convert("L")]}),
        "bmp": ("BMP", image, {}),
        "bmp 1": ("BMP", image.convert("1"), {}),
        "ppm": ("PPM", image, {}),
        "tiff": ("TIFF", image, {"save_all": True, "append_images": [image.convert("L")]}),
        "tiff lzw": ("TIFF", image.convert("RGBA"), {"compression": "tiff_lzw"}),
        "tiff fax": ("TIFF", image.convert("1"), {"compression": "group4"}),
        "tiff jpeg": ("TIFF", image, {"compression": "jpeg"}),
        "tiff float": ("TIFF", Image.fromarray(grey / np.float32(255)), {}),
    }
    return {name: _saved(*how) for name, how in kinds.items()}


def _saved(kind: str, image: Image.Image, settings: dict[str, object]) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


FILES = originals()


def flip(content: bytes, at: int, much: int) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 + much % 255)]) + content[at + 1 :]


def extreme(content: bytes, at: int, much: int) -> bytes:
    value = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\1\0\0")[much % 5]
    return content[:at] + value + content[at + 4 :]


def insert(content: bytes, at: int, much: int) -> bytes:
    return content[:at] + bytes([much % 256]) * (1 + much % 9) + content[at:]


def repeat(content: bytes, at: int, much: int) -> bytes:
    return content[: at + much % 64] + content[at:]


def cut_out(content: bytes, at: int, much: int) -> bytes:
    return content[:at] + content[at + much % 64 :]


def cut_off(content: bytes, at: int, much: int) -> bytes:
    return content[: at + much % 4]


DAMAGES: list[Callable[[bytes, int, int], bytes]] = [flip, flip, extreme, insert, repeat, cut_out, cut_off]


def broken(name: str, rng: np.random.Generator) -> bytes:
    """Return the file called `name`, broken in one to three ways, in its head more often than elsewhere."""
    content = FILES[name]
    for _ in range(rng.integers(1, 4)):
        reach = len(content) if rng.random() < 0.5 else min(len(content), 80)  # the head breaks in more ways
        damage = DAMAGES[rng.integers(len(DAMAGES))]
        content = damage(content, int(rng.integers(max(1, reach))), int(rng.integers(4000))) or b"\0"
    return content
