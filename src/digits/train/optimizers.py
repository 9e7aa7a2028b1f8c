"""Optimizers and learning rate schedules."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

WARM_UP, EARLY = 0.3, 0.08  # of a one-cycle run


def make_optimizer(name: str, flat: nn.Parameter, lr: float, weight_decay: float) -> torch.optim.Optimizer:
    """Return the optimizer called `name` for the one tensor `flat`, fused where torch has it so on every device."""
    kind, extra = OPTIMIZERS[name]
    made: torch.optim.Optimizer = kind([flat], lr=lr, weight_decay=weight_decay, **extra)
    return made


def one_cycle(done: float) -> float:
    """Rise from 1/25 to 1 over the first 30 %, then fall towards nothing (Smith and Topin, 2018)."""
    return _cycle(done, WARM_UP)


def one_cycle_early(done: float) -> float:
    """Do the same with its height after 8 %: for long runs, which need not rise for a third of their time."""
    return _cycle(done, EARLY)


def _cycle(done: float, top: float) -> float:
    if done < top:
        return 0.04 + 0.96 * (1 - cosine(done / top))
    return cosine((done - top) / (1 - top))


def cosine(done: float) -> float:
    """Fall from 1 to 0 along half a cosine (Loshchilov and Hutter, 2017)."""
    return (1 + math.cos(math.pi * done)) / 2


# The share of the highest learning rate that is used when a fraction of the run is done.
SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda done: 1.0,  # noqa: ARG005
    "cosine": cosine,
    "one-cycle": one_cycle,
    "one-cycle-early": one_cycle_early,
}

# The learning rate that each optimizer is commonly started with.
RATES = {"sgd": 0.1, "rmsprop": 1e-3, "adagrad": 1e-2, "adam": 1e-3, "adamw": 1e-3}

OPTIMIZERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "sgd": (torch.optim.SGD, {"fused": True}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "adagrad": (torch.optim.Adagrad, {}),
    "adam": (torch.optim.Adam, {"fused": True}),
    "adamw": (torch.optim.AdamW, {"fused": True}),
}
