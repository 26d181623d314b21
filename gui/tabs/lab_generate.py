"""New pictures: sheets as they get better, and a plane of them under the mouse."""

from typing import Any

from engine.specs_lab import Lab, LabGenerate
from engine.specs_lab_live import LabResult
from gui.asking import Asker
from gui.paint import Shown
from gui.tabs import Desk
from gui.tabs.generate_play import GeneratePlay
from gui.tabs.lab_report import ReportPage


class GeneratePage(ReportPage):
    """The report, with the plane above it."""

    experiment = "generate"

    def __init__(self, desk: Desk, kind: type[Lab]) -> None:
        super().__init__(desk, kind)
        self.asker = Asker(self, desk.engine, "lab.generate")
        self.asker.failed.connect(lambda _what, why: desk.notices.complain(why))
        self.play = GeneratePlay(self.asker, LabGenerate().session)
        self._block = self.add_block(self.play, "Wander")
        self._block.hide()
        self._latent = 2

    def recolour(self) -> None:
        """The theme's colours."""
        super().recolour()
        self.play.recolour(self.desk.theme)

    def begun(self, spec: Any) -> None:
        """Nothing to wander in yet."""
        super().begun(spec)
        if isinstance(spec, LabGenerate):
            self._latent = spec.latent
        self._block.hide()
        self.play.begin(self._latent)

    def hear(self, event: Any) -> None:
        """With the first sheet there is a model to ask."""
        super().hear(event)
        if isinstance(event, Shown) and event.name == "sheet":
            self._block.show()
            self.play.wake(tuple(event.facts.get("names", ())))

    def done(self, result: LabResult) -> None:
        """The last state of the model."""
        super().done(result)
        if self.play.awake:
            self.play.wake(self.play.names)


PAGE = GeneratePage
