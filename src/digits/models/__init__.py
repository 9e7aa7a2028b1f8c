"""Floor 1: the networks (torch)."""

from digits.models.build import NETWORKS, answered, build, count
from digits.models.network import Network
from digits.models.zoo import MODELS, GlyphNetwork, as_tensor, logits

__all__ = ["MODELS", "NETWORKS", "GlyphNetwork", "Network", "answered", "as_tensor", "build", "count", "logits"]
