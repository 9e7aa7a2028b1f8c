"""Floor 1: the networks (torch)."""

from digits.models.zoo import MODELS, Network, as_tensor, build, count, logits

__all__ = ["MODELS", "Network", "as_tensor", "build", "count", "logits"]
