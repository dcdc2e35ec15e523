"""A logo that a user brought: read as a picture, and written anew so that nothing but the picture remains of the file."""

import io
import warnings

from finmodel.assumptions import BadInput, Fault

LARGEST_FILE, LARGEST_SIDE, LARGEST_SHOWN = 5_000_000, 8_000, 600


def clean_logo(content: bytes, file: str) -> bytes:
    """The picture as PNG.

    Raises:
        BadInput: when it is no PNG or JPEG picture of a size to be printed.
    """
    from PIL import Image, UnidentifiedImageError

    if len(content) > LARGEST_FILE:
        raise BadInput([Fault(file, "", f"is larger than {LARGEST_FILE // 1_000_000} MB; give a smaller picture")])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
                if max(picture.size) > LARGEST_SIDE:
                    raise BadInput([Fault(file, "", f"is wider or higher than {LARGEST_SIDE} dots; give a smaller picture")])
                shown = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise BadInput([Fault(file, "", "is not a picture that can be read; give a PNG or JPEG file")]) from None
    shown.thumbnail((LARGEST_SHOWN, LARGEST_SHOWN))
    into = io.BytesIO()
    shown.save(into, "PNG")
    return into.getvalue()
