"""Device and threads of a run: resolved once, at its start."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import torch
from torch import nn

from digits.base.errors import BadSetting
from digits.base.machine import cores

CPU = torch.device("cpu")


def resolve_device(name: str) -> torch.device:
    """Return the device called `name`; auto is CUDA, MPS or the CPU, the first there is. Raises BadSetting."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(device for device, found in there.items() if found))
    if not there[name]:
        raise BadSetting(f"There is no device {name!r} on this machine that this torch can use. Take --device auto.")
    return torch.device(name)


def threads_for(network: nn.Module) -> int:
    """Return how many CPU threads to give `network`: all cores if it has convolutions, else one.

    benchmarks/threads.py measures why (results/threads.json): here convolutions gain from a second core, whatever
    their width; linear layers of the tutorial's size do not, and wider ones are mixed. A rule and not a trial at run
    time, for the same run has to have the same weights.
    """
    return cores() if any(isinstance(layer, nn.Conv2d) for layer in network.modules()) else 1


@contextmanager
def repeatable(threads: int, device: torch.device = CPU) -> Iterator[None]:
    """Compute on `threads` CPU threads and by deterministic kernels; put all back as it was afterwards.

    OpenCV, which draws rows and scenes, gets as many. torch's own generators are also put back: a training takes
    nothing from them and leaves them untouched. What Python holds so far is kept from its garbage collector, which else
    takes a tenth of a tiny network's time to walk through torch again and again.
    """
    before, drawing, cudnn = torch.get_num_threads(), cv2.getNumThreads(), torch.backends.cudnn
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    gc.freeze()
    try:
        with (
            torch.random.fork_rng([device] if device.type == "cuda" else []),
            cudnn.flags(enabled=True, deterministic=True, benchmark=False),
        ):
            yield
    finally:
        gc.unfreeze()
        torch.set_num_threads(before)
        cv2.setNumThreads(drawing)
