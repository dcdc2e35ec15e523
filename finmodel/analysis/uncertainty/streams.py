"""Uniform numbers for every driver and year: the same seed gives the same ones, in whatever order or pieces they are asked for.

Each driver has a stream of its own, named by the seed and the driver, so that adding one moves no other. Sobol points fill the
space evenly; they are shifted at random, bit by bit, which keeps them even and makes replicates independent. Plain streams are
drawn by a counter-based generator. Both come in blocks, of which any part can be asked for.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from finmodel.engine import Array

BLOCK = 8_192
# A number has as many bits as a float holds; the points of a Sobol sequence fill the first of them.
BITS, SOBOL_BITS = 52, 30
Method = Literal["sobol", "plain"]


@dataclass(frozen=True)
class Stream:
    """The uniform numbers of one driver: one a case, or one a case and year; ``is_plain`` ones are never Sobol points."""

    name: str
    years: int
    is_plain: bool


def uniforms(streams: Sequence[Stream], seed: int, replicate: int, start: int, count: int, method: Method) -> dict[str, Array]:
    """The numbers of some cases of a replicate, from ``start`` on, by stream: shape (years, case), all inside (0, 1)."""
    blocks = range(start // BLOCK, (start + count - 1) // BLOCK + 1)
    pieces = [_block(streams, seed, replicate, block, method, slice(max(start - block * BLOCK, 0), start + count - block * BLOCK))
              for block in blocks]
    if len(pieces) == 1:
        return pieces[0]
    return {one.name: np.concatenate([piece[one.name] for piece in pieces], axis=1) for one in streams}


def _block(streams: Sequence[Stream], seed: int, replicate: int, block: int, method: Method, cases: slice) -> dict[str, Array]:
    """Some cases of a block."""
    even = [one for one in streams if method == "sobol" and not one.is_plain]
    points = _sobol(sum(one.years for one in even), block)[:, cases] if even else np.zeros((0, BLOCK), dtype=np.uint64)
    found: dict[str, Array] = {}
    first = 0
    for one in streams:
        generator = _generator(one.name, seed, replicate, 0 if one in even else block + 1)
        if one in even:
            shift = generator.integers(0, 2**BITS, size=(one.years, 1), dtype=np.uint64)
            found[one.name] = (np.bitwise_xor(points[first:first + one.years], shift) + 0.5) * 2.0**-BITS
            first += one.years
        else:
            # Never exactly 0, whose inverse would be infinite.
            found[one.name] = np.maximum(generator.random((BLOCK, one.years))[cases].T, 2.0**-BITS)
    return found


def _generator(name: str, seed: int, replicate: int, block: int) -> np.random.Generator:
    stream = np.random.SeedSequence([seed, zlib.crc32(name.encode()), replicate])
    return np.random.Generator(np.random.Philox(key=stream.generate_state(2, np.uint64), counter=[0, 0, 0, block]))


@lru_cache(maxsize=16)
def _sobol(dimensions: int, block: int) -> NDArray[np.uint64]:
    """The points of a block, (dimension, case), as whole numbers of as many bits as a number has."""
    # Imported where it is used: it takes seconds, which those who draw nothing should not wait for.
    from scipy.stats.qmc import Sobol

    engine = Sobol(dimensions, scramble=False, bits=SOBOL_BITS)
    if block:
        engine.fast_forward(block * BLOCK)
    points = np.ascontiguousarray(engine.random(BLOCK).T) * 2.0**BITS
    return np.asarray(points, dtype=np.uint64)
