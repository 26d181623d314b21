"""Devices, precision and processes, by accelerate: what turns a loss into better weights."""

import logging
import os
from collections.abc import Callable
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, PartialState
from accelerate.utils import broadcast
from torch import Tensor, nn

from engine import devices
from engine.errors import UserError
from engine.training.lesson import Lesson, Tuning, parameters
from engine.training.muon import Muon, parted

log = logging.getLogger(__name__)
WORDS = {"float32": "no", "bfloat16": "bf16", "float16": "fp16"}


class Gear:
    """One accelerator for one run: a device, a precision, and perhaps other processes.

    `modules` and `optimizers` are prepared by `take`; `word` is what people should know.
    """

    def __init__(self, device: str, precision: str) -> None:
        where, self.word = devices.resolve(device)
        torch.set_flush_denormal(True)  # numbers next to nothing take CPUs many times as long
        if where != "cpu" and "LOCAL_RANK" not in os.environ:
            torch.cuda.set_device(where)
        AcceleratorState._reset_state()  # of an earlier run in this process
        PartialState._reset_state()
        self.precision = self._settled(precision, where)
        self.accelerator = Accelerator(cpu=where == "cpu", mixed_precision=WORDS[self.precision])
        self.device: torch.device = self.accelerator.device
        self.rank: int = self.accelerator.process_index
        self.processes: int = self.accelerator.num_processes
        self.main: bool = self.accelerator.is_main_process
        self.optimizers: dict[str, list[Any]] = {}
        self.plain: dict[str, nn.Module] = {}

    @staticmethod
    def _settled(precision: str, where: str) -> str:
        """What "auto" becomes before anything is measured, and what cannot be."""
        if where == "cpu":
            if precision == "float16":
                raise UserError("A CPU cannot train in float16.", "Choose bfloat16 or float32.")
            return "float32" if precision == "auto" else precision
        if precision == "auto":
            return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
        return precision

    def take(self, lesson: Lesson) -> None:
        """Bring a lesson's modules to the device, channels last, each with its AdamW.

        They are replaced in place. With Muon for their matrices where that is wanted. Several
        processes then share their gradients.
        """
        lesson.scaled = self.accelerator.scaler is not None
        modules = lesson.modules
        for name, module in modules.items():
            module.to(self.device).to(memory_format=torch.channels_last)
            module.train()
            self.plain[name] = module
            optimizers = self._optimizers(module, lesson.rate, lesson.tuning(name))
            modules[name], *self.optimizers[name] = self.accelerator.prepare(module, *optimizers)

    def _optimizers(
        self, module: nn.Module, rate: float, tuned: Tuning
    ) -> list[torch.optim.Optimizer]:
        """AdamW for all of a module, or for what Muon leaves."""
        matrices, rest = parted(module) if tuned.muon else ([], list(parameters(module)))
        adam = torch.optim.AdamW(
            rest,
            lr=rate,
            betas=tuned.betas,
            weight_decay=tuned.decay,
            fused=self.device.type == "cuda",
        )
        return [adam, Muon(matrices, lr=rate, weight_decay=tuned.decay)] if matrices else [adam]

    def update(self, name: str, module: nn.Module, clip: float) -> float:
        """One optimizer step on the gradients there are; returns their length before clipping.

        Nothing changes where that is not finite. Each process sees the same gradients, so all of
        them skip or none does.
        """
        length = float(self.accelerator.clip_grad_norm_(module.parameters(), clip))
        for optimizer in self.optimizers[name]:
            if length < float("inf") or self.accelerator.scaler is not None:
                optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return length

    def backward(self, loss: Tensor) -> None:
        """Gradients, scaled where half precision needs it."""
        self.accelerator.backward(loss)

    def set_rate(self, rate: float, pace: Callable[[str], float]) -> None:
        """The learning rate of every optimizer, each its share."""
        for name, optimizers in self.optimizers.items():
            for group in (group for each in optimizers for group in each.param_groups):
                group["lr"] = rate * pace(name)

    def agree(self, *numbers: float) -> tuple[float, ...]:
        """What the main process says, in every process."""
        if self.processes == 1:
            return numbers
        said = broadcast(torch.tensor(numbers, dtype=torch.float64, device=self.device))
        assert isinstance(said, Tensor)
        return tuple(said.tolist())

    def wait(self) -> None:
        """Until every process is here."""
        self.accelerator.wait_for_everyone()

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps: weights, optimizers, loss scale."""
        scaler = self.accelerator.scaler
        return {
            "modules": {name: module.state_dict() for name, module in self.plain.items()},
            "optimizers": {
                name: [each.state_dict() for each in optimizers]
                for name, optimizers in self.optimizers.items()
            },
            "scaler": scaler.state_dict() if scaler is not None else {},
        }

    def load(self, state: dict[str, Any]) -> None:
        """Take up a checkpoint's."""
        for name, module in self.plain.items():
            module.load_state_dict(state["modules"][name])
            for each, kept in zip(self.optimizers[name], state["optimizers"][name], strict=True):
                each.load_state_dict(kept)
        if self.accelerator.scaler is not None and state["scaler"]:
            self.accelerator.scaler.load_state_dict(state["scaler"])


def out_of_memory(why: BaseException) -> bool:
    """Whether an error says that memory ran out, on a GPU or a CPU."""
    if isinstance(why, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(why, RuntimeError) and "allocate memory" in str(why)


@torch.no_grad()
def average(averaged: dict[str, Tensor], module: nn.Module, keep: float) -> None:
    """Exponential moving average of the weights; whole numbers are taken as they are."""
    weights = module.state_dict()
    names = [name for name, value in averaged.items() if value.is_floating_point()]
    torch._foreach_lerp_([averaged[n] for n in names], [weights[n] for n in names], 1 - keep)


def copied(module: nn.Module) -> dict[str, Tensor]:
    """The weights, apart from the module."""
    return {name: value.detach().clone() for name, value in module.state_dict().items()}
