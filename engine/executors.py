"""What runs a network: eager torch on CPU or CUDA, or OpenVINO on CPUs.

An executor is a callable from (1, C, H, W) float32 numpy to the same kind of array. Torch is
imported only where it is used, so a network compiled earlier starts without it.
"""

import importlib
import logging
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine import catalogue

if TYPE_CHECKING:
    from torch import Tensor, nn

log = logging.getLogger(__name__)
Batch = NDArray[np.float32]  # (1, C, H, W)
Executor = Callable[[Batch], Batch]


def openvino() -> Any:
    """The package, imported without the telemetry it would otherwise send at every conversion."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    return importlib.import_module("openvino")


def build(entry: catalogue.Entry) -> "nn.Module":
    """The network of a model file in evaluation mode, float32 on the CPU."""
    from engine.errors import UserError
    from engine.models import architectures

    known = architectures()
    card = entry.card
    if card.architecture not in known:
        raise UserError(
            f"{entry.id} needs the architecture {card.architecture}, which is not here.",
            "Update Safelight.",
        )
    architecture = known[card.architecture]
    config = architecture.config(**card.config)
    weights = {name: widened(value) for name, value in catalogue.read(entry).items()}
    try:
        if architecture.restore is not None:
            net: nn.Module = architecture.restore(config, weights)
        else:
            net = architecture.build(config)
            net.load_state_dict(weights, strict=True)
    except RuntimeError as why:
        log.info("%s: %s", entry.path, why)
        raise UserError(
            f"The weights in {entry.path.name} do not fit its architecture.", "Copy the file again."
        ) from why
    return net.eval()


def widened(value: "Tensor") -> "Tensor":
    """Floats in full precision; whole numbers as they are."""
    return value.float() if value.is_floating_point() else value


class Eager:
    """Torch without compilation: channels-last; half precision on CUDA while it is finite."""

    def __init__(
        self, net: "nn.Module", device: str, *, channels_last: bool = True, half: bool = True
    ) -> None:
        import torch

        self._torch, self._device = torch, device
        self._format = torch.channels_last if channels_last else torch.contiguous_format
        self._half = half and device != "cpu"
        self._net = net.to(device).to(memory_format=self._format)

    def __call__(self, batch: Batch) -> Batch:
        """Run once; half precision that gives NaN or infinity is left for good."""
        torch = self._torch
        with torch.inference_mode():
            image = torch.from_numpy(batch).to(self._device, memory_format=self._format)
            with torch.autocast(self._device.partition(":")[0], torch.float16, enabled=self._half):
                result = self._net(image).float()
            if self._half and not torch.isfinite(result).all():
                log.info("half precision overflowed; float32 from here on")
                self._half = False
                return self(batch)
            array: Batch = result.contiguous().cpu().numpy()
            return array


class OpenVino:
    """A network compiled for this CPU, for any height and width. `precision`: "f32" or "bf16"."""

    def __init__(self, model: Path, precision: str = "f32") -> None:
        core = openvino().Core()
        hints: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": precision,
            "PERFORMANCE_HINT": "LATENCY",
        }
        self._request = core.compile_model(model, "CPU", hints).create_infer_request()

    def __call__(self, batch: Batch) -> Batch:
        """Run once."""
        result: Batch = self._request.infer({0: np.ascontiguousarray(batch)})[0]
        return result


def convert(net: "nn.Module", channels: int, target: Path, edge: int = 64) -> None:
    """Save `net` in OpenVINO's format (.xml and .bin), height and width left open.

    `edge`: px of a square that the network takes as it is.
    """
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the converter still traces; torch calls that deprecated
        model = openvino().convert_model(net, example_input=torch.zeros(1, channels, edge, edge))
    model.reshape([1, channels, -1, -1])
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.stem}.{os.getpid()}.xml")
    openvino().save_model(model, part, compress_to_fp16=False)
    part.with_suffix(".bin").replace(target.with_suffix(".bin"))  # the .xml comes last: it counts
    part.replace(target)


def capabilities() -> list[str]:
    """What OpenVINO can use of this CPU, e.g. ["FP32", "BF16"]; empty where it does not work."""
    try:
        return list(openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
    except (ImportError, RuntimeError, OSError) as why:
        log.info("OpenVINO is not usable: %s", why)
        return []
